/** What the caller gets instead of the answer. */
export type FaultAnswer =
  | { kind: "status"; status: number; message?: string; headers?: Record<string, string> }
  /** The socket is destroyed; no byte of an answer arrives. */
  | { kind: "drop" }
  /** The request is never answered. */
  | { kind: "silence" }
  /** A success with these bytes: HTML, nothing, half of a JSON. */
  | { kind: "body"; body: string; contentType?: string; status?: number };

interface Where {
  /** Default: every method. */
  method?: string;
  /** The path without query; `*` stands for anything, slashes included. */
  path: string;
  /** The first matching request that fails, from 1. Default 1. */
  ordinal?: number;
  /** How many matching requests in a row fail from there; `"always"`: all of them. Default 1. */
  times?: number | "always";
}

/** One fault of the network or of GitHub, at chosen requests. */
export type Fault = Where &
  (
    | /** The request is not carried out. */ { phase: "before"; answer: FaultAnswer }
    | /** The request is carried out and its answer is lost. */ { phase: "after-commit"; answer: FaultAnswer }
    /** Carried out; the answer's head says its full length, then so many bytes (default: half) and the socket is destroyed. */
    | { phase: "cut"; bytes?: number }
    /** Carried out; a whole answer of only so many bytes (default: half). */
    | { phase: "truncated"; bytes?: number }
    /**
     * The request's body breaks off after so many bytes. `leaves`: an asset without bytes stays behind, as on GitHub after some
     * failures. `answer` comes after the whole body; without it the socket is destroyed at once.
     */
    | { phase: "upload-cut"; bytes: number; leaves?: "starter"; answer?: FaultAnswer }
    /** A list as it was so many milliseconds ago: what was created since is not in it yet. */
    | { phase: "stale"; milliseconds: number }
    /** Carried out; one byte of the answer every so many milliseconds. */
    | { phase: "trickle"; milliseconds: number }
    /** Carried out, answered later. */
    | { phase: "delay"; milliseconds: number }
  );

/** Which fault, if any, meets a request. Counts per fault, so that two faults on one path are independent. */
export class Faults {
  readonly #list: { fault: Fault; pattern: RegExp; seen: number }[] = [];

  add(fault: Fault): void {
    this.#list.push({ fault, pattern: pattern(fault.path), seen: 0 });
  }

  clear(): void {
    this.#list.length = 0;
  }

  meet(method: string, path: string): Fault | undefined {
    let met: Fault | undefined;
    for (const entry of this.#list) {
      const { fault } = entry;
      if ((fault.method ?? method).toUpperCase() !== method || !entry.pattern.test(path)) continue;
      entry.seen++;
      const first = fault.ordinal ?? 1;
      const times = fault.times ?? 1;
      if (entry.seen >= first && (times === "always" || entry.seen < first + times)) met ??= fault;
    }
    return met;
  }
}

function pattern(path: string): RegExp {
  const parts = path.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
