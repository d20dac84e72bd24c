import type * as onnxruntime from "onnxruntime-node";

type Module = typeof onnxruntime;
export type LoadOnnxruntime = () => Promise<Module>;

/** A tensor as plain data, which can cross threads. */
export interface Value {
  type: "float32" | "float64" | "int64" | "int32" | "bool" | "string";
  dims: readonly number[];
  data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | readonly string[];
}

export type Feeds = Readonly<Record<string, Value>>;

/** What a model answered: types that we do not read have no data. */
export interface Answer {
  type: string;
  dims: readonly number[];
  data: unknown;
}

/** A model that is ready to be asked. */
export interface Session {
  run(feeds: Feeds, outputs: readonly string[]): Promise<Readonly<Record<string, Answer>>>;
  close(): Promise<void>;
}

/** @throws Error with the runtime's own words for a model that it does not load */
export async function openSession(load: LoadOnnxruntime | undefined, bytes: Uint8Array): Promise<Session> {
  const { InferenceSession, Tensor } = await (load ?? (() => import("onnxruntime-node")))();
  const session = await InferenceSession.create(bytes, {
    // More threads a session sum the trees of an ensemble in another order: other answers on another machine.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionProviders: ["cpu"],
    // Warnings come with every call where a converter has declared a wrong shape.
    logSeverityLevel: 4,
  });
  return {
    async run(feeds, outputs) {
      const tensors = Object.entries(feeds).map(([name, { type, dims, data }]) => [
        name,
        // The pair of type and data is right by `Value`; the library's overloads list one type each.
        new Tensor(type as "float32", data as Float32Array, dims),
      ]);
      const answered = await session.run(Object.fromEntries(tensors), outputs);
      return Object.fromEntries(
        Object.entries(answered).map(([name, { type, dims, data }]) => [name, { type, dims, data }]),
      );
    },
    close: () => session.release(),
  };
}
