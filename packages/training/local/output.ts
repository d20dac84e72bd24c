import type { JobEvent } from "@mlops-actions/core";
import { lines } from "./lines.ts";

type Line = Extract<JobEvent, { kind: "line" }>;

const KEPT_BYTES = 10 * 1024 * 1024;
/** What a failed command says last is what explains it, so its end is kept however much came before. */
const LAST_LINES = 100;

/** What a job prints: all of it up to a size, then only its last lines and the count of what lies between. */
export interface Output {
  push(stream: Line["stream"], chunk: Buffer): JobEvent[];
  end(): JobEvent[];
  readonly bytes: number;
}

export function output(keptBytes: number = KEPT_BYTES): Output {
  const readers = { out: lines(), err: lines() };
  const last: Line[] = [];
  let bytes = 0;
  let kept = 0;
  let dropped = 0;
  const sort = (stream: Line["stream"], texts: readonly string[]): JobEvent[] =>
    texts.flatMap((text): JobEvent[] => {
      const line: Line = { kind: "line", stream, text };
      const size = Buffer.byteLength(text) + 1;
      if (dropped === 0 && last.length === 0 && kept + size <= keptBytes) {
        kept += size;
        return [line];
      }
      last.push(line);
      if (last.length > LAST_LINES) dropped += Buffer.byteLength(last.shift()?.text ?? "") + 1;
      return [];
    });
  return {
    get bytes() {
      return bytes;
    },
    push(stream, chunk) {
      bytes += chunk.length;
      return sort(stream, readers[stream].push(chunk));
    },
    end() {
      const rest = [...sort("out", readers.out.end()), ...sort("err", readers.err.end())];
      return [...rest, ...(dropped > 0 ? [{ kind: "omitted", bytes: dropped } as const] : []), ...last];
    },
  };
}
