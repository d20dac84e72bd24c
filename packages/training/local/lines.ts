import { StringDecoder } from "node:string_decoder";

/** Cuts a stream into lines, whatever bytes it has: what is no UTF-8 becomes U+FFFD, what is too long is cut and counted. */
export interface Lines {
  push(chunk: Buffer): string[];
  /** The last line, where the stream did not end in one. */
  end(): string[];
}

const MOST = 2_000;

export function lines(most: number = MOST): Lines {
  const decoder = new StringDecoder("utf8");
  let held = "";
  let cut = 0;
  const whole = (): string => {
    // Half of a line end, whose other half came in the next piece.
    const text = cut === 0 ? held.replace(/\r$/, "") : `${held}… (${cut} more)`;
    held = "";
    cut = 0;
    return text;
  };
  const take = (text: string) => {
    const room = most - held.length;
    held += text.slice(0, room);
    cut += Math.max(0, text.length - room);
  };
  const read = (text: string): string[] => {
    // A carriage return ends a line too, as progress bars use it; before a newline it is part of its end.
    const pieces = text.split(/\r?\n|\r(?!\n|$)/);
    const found: string[] = [];
    for (const [at, piece] of pieces.entries()) {
      take(piece);
      if (at < pieces.length - 1) found.push(whole());
    }
    return found;
  };
  return {
    push: (chunk) => read(decoder.write(chunk)),
    end: () => [...read(decoder.end()), ...(held === "" && cut === 0 ? [] : [whole()])],
  };
}
