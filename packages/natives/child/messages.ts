import type { Asking, ModelSource, TableSource } from "@mlops-actions/core";
import { fault } from "@mlops-actions/core";
import { z } from "zod";

/** What the parent asks. Plain data, so that it survives the pipe. */
export type Request =
  | { id: number; kind: "start"; options: StartOptions }
  | { id: number; kind: "open"; name: string; source: TableSource }
  | { id: number; kind: "query"; sql: string }
  | { id: number; kind: "save"; sql: string; format: "parquet" | "csv"; file: string }
  | { id: number; kind: "models"; natives: string | undefined }
  | { id: number; kind: "inspect"; model: ModelSource }
  | { id: number; kind: "predict"; asked: Asking & { into: string; keep: readonly string[] } }
  | { id: number; kind: "latency"; of: LatencyRequest };

/** Each request without its number. */
export type Asked = {
  [Kind in Request["kind"]]: Omit<Extract<Request, { kind: Kind }>, "id">;
}[Request["kind"]];

export interface LatencyRequest {
  own: Asking;
  baseline?: Asking | undefined;
  blocks: number;
  calls: number;
}

export interface StartOptions {
  /** Of the tables' engine, not of the whole process. */
  memoryMb: number;
  /** Of the whole process. */
  processMemoryMb: number;
  threads: number;
  tempDirectory: string;
  /** The verified folder whose `node_modules` hold the tables' engine; else found as any import is. */
  natives: string | undefined;
}

/** What the child answers: a value, a fault of the user's, or a bug of ours. */
export const answer = z.discriminatedUnion("kind", [
  z.object({ id: z.int(), kind: z.literal("value"), value: z.unknown() }),
  z.object({ id: z.int(), kind: z.literal("fault"), fault }),
  z.object({ id: z.int(), kind: z.literal("bug"), message: z.string(), stack: z.string() }),
]);
export type Answer = z.infer<typeof answer>;
