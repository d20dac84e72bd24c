import type { Feeds, Value } from "../onnxruntime.ts";

/** Texts on their way to another thread: each of them once, and which row has which. */
interface CodedTexts {
  type: "string";
  dims: readonly number[];
  texts: readonly string[];
  codes: Int32Array<ArrayBuffer>;
}

export type SentFeeds = Readonly<Record<string, Value | CodedTexts>>;

/** A category's name is sent once instead of once a row: threads share no texts, and copying them takes longer than asking the model. */
export function packTexts(feeds: Feeds): SentFeeds {
  return mapped(feeds, (value) => (value.type === "string" ? coded(value) : value));
}

export function unpackTexts(sent: SentFeeds): Feeds {
  return mapped(sent, (value) => {
    if (!("codes" in value)) return value;
    const { type, dims, texts, codes } = value;
    const data = new Array<string>(codes.length);
    for (let row = 0; row < codes.length; row++) data[row] = texts[codes[row] as number] as string;
    return { type, dims, data };
  });
}

/** The buffers that change hands instead of being copied. */
export function buffersOf(sent: SentFeeds): ArrayBuffer[] {
  return Object.values(sent).flatMap((value) => {
    const data = "codes" in value ? value.codes : value.data;
    return ArrayBuffer.isView(data) ? [data.buffer as ArrayBuffer] : [];
  });
}

function coded({ dims, data }: Value): CodedTexts {
  const rows = data as readonly string[];
  const known = new Map<string, number>();
  const codes = new Int32Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const text = rows[row] as string;
    let code = known.get(text);
    if (code === undefined) {
      code = known.size;
      known.set(text, code);
    }
    codes[row] = code;
  }
  return { type: "string", dims, texts: [...known.keys()], codes };
}

function mapped<From, To>(
  of: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
}
