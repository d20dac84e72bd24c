import { UserError } from "@mlops-actions/core";
import type { Filter } from "./stage.ts";
import { utf8Check } from "./utf8.ts";

const maxLineBytes = 1_900_000;

/** Checks that every line is one JSON object; gives the lines without blank ones at the end. */
export function jsonLines(file: string): Filter & { records(): number } {
  const encoding = utf8Check();
  let line = 0;
  let records = 0;
  let blankLine: number | undefined;
  let rest: Buffer = Buffer.alloc(0);
  let first = true;

  const fault = (message: string, remedy: string, at: number) =>
    new UserError("json-line", `${file}, line ${at}: ${message}.`, { remedy, at: { file, line: at } });

  function take(bytes: Buffer): Buffer {
    line += 1;
    const text = bytes.toString("utf8").trim();
    if (text === "") {
      blankLine ??= line;
      return Buffer.alloc(0);
    }
    if (blankLine !== undefined) throw fault("a blank line between objects", "Remove it.", blankLine);
    if (text.startsWith("[")) {
      throw fault(
        "a JSON array, not one object a line",
        "Write JSON lines (pandas: `orient='records', lines=True`).",
        line,
      );
    }
    if (!isObject(text)) throw fault("no JSON object", "Write one complete object a line.", line);
    records += 1;
    return Buffer.from(`${text}\n`);
  }

  return {
    push(chunk) {
      const wrong = encoding.push(chunk);
      if (wrong) throw fault(wrong.what, "Save the file as UTF-8.", line + 1 + wrong.linesBefore);
      const bom = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
      first = false;
      const all = Buffer.concat([rest, bom ? chunk.subarray(3) : chunk]);
      const out: Buffer[] = [];
      let from = 0;
      for (let to = all.indexOf(10); to !== -1; to = all.indexOf(10, from)) {
        out.push(take(all.subarray(from, to)));
        from = to + 1;
      }
      rest = Buffer.from(all.subarray(from));
      if (rest.length > maxLineBytes) {
        throw fault(`a line of more than ${maxLineBytes} bytes`, "Write one object a line.", line + 1);
      }
      return Buffer.concat(out);
    },
    end() {
      if (encoding.end()) throw fault("bytes that are not UTF-8", "Save the file as UTF-8.", line + 1);
      return rest.length === 0 ? rest : take(rest);
    },
    records: () => records,
  };
}

function isObject(text: string): boolean {
  if (!text.startsWith("{")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
