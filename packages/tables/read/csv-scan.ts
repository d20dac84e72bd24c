import { UserError } from "@mlops-actions/core";
import { utf8Check } from "./utf8.ts";

/** What the scan of one file found. */
export interface Scanned {
  /** The fields of the first line, where it names the columns. */
  header: string[] | undefined;
  /** Fields of every record. */
  width: number;
  records: number;
  /** The 1-based line of the first record. */
  firstLine: number;
  /** For each blank line behind the first record: how many records stand before it. */
  blankAfter: number[];
  /** Whether spaces stand behind some value. */
  trailingSpaces: boolean;
}

const comma = 44;
const quote = 34;
const newline = 10;
const carriageReturn = 13;
const space = 32;

/** Longer records than the engine's own limit. */
const maxRecordBytes = 1_900_000;
const maxFields = 10_000;
const maxBlankLines = 10_000;

const state = { start: 0, spaces: 1, plain: 2, quoted: 3, closed: 4, returned: 5 };

/**
 * Reads CSV (RFC 4180) byte by byte before the engine does, because the engine's own reader, however strict, knows
 * neither the line of a fault nor what it left out. Gives the records alone in one form: no byte order mark, no header,
 * `\n` behind each record, no spaces before a value, no blank lines. Quoted text is left as it is.
 */
export function csvScan(file: string, options: { header: boolean; width?: number | undefined }) {
  const encoding = utf8Check();
  let now = state.start;
  let line = 1;
  let recordLine = 1;
  let quoteLine = 1;
  let recordBytes = 0;
  let fields = 1;
  let width = options.width;
  let records = 0;
  let firstLine = 1;
  let blankLine: number | undefined;
  let ragged: { line: number; found: number; count: number } | undefined;
  let trailingSpaces = false;
  const blankAfter: number[] = [];
  let previous = 0;
  let header: string[] | undefined;
  let inHeader = options.header;
  let headerBytes: number[] = [];
  const names: string[] = [];
  let first = true;

  const fault = (code: string, message: string, remedy: string, at: number) =>
    new UserError(code, `${file}, line ${at}: ${message}`, { remedy, at: { file, line: at } });

  function endField() {
    if (previous === space && now === state.plain) trailingSpaces = true;
    if (inHeader) {
      names.push(Buffer.from(headerBytes).toString("utf8").trim());
      headerBytes = [];
    }
  }

  /** @returns whether this was a record, to be closed in the output */
  function endRecord(): boolean {
    const blank =
      fields === 1 &&
      (now === state.start || now === state.spaces || (now === state.returned && recordBytes === 0));
    if (blank) {
      blankLine ??= recordLine;
      if (records > 0) blankAfter.push(records);
      if (blankAfter.length > maxBlankLines) {
        throw fault("csv-blank-line", `more than ${maxBlankLines} blank lines.`, "Remove them.", recordLine);
      }
      return reset(false);
    }
    if (blankLine !== undefined && fields === 1 && width === 1 && !inHeader) {
      throw fault(
        "csv-blank-line",
        "a blank line between records of one field, which may or may not be a record.",
        'Remove it; where it is a record without a value, write "".',
        blankLine,
      );
    }
    endField();
    if (inHeader) {
      inHeader = false;
      header = names;
      if (width !== undefined && width !== names.length) throw misnamed(width, names.length);
      if (names.length === 1) refuseOtherDelimiter(names[0] ?? "");
      width = names.length;
      firstLine = line + 1;
      return reset(false);
    }
    if (records === 0) firstLine = recordLine;
    if (records === 0 && options.width !== undefined && !options.header && fields !== width) {
      throw misnamed(options.width, fields);
    }
    width ??= fields;
    if (fields !== width) {
      ragged ??= { line: recordLine, found: fields, count: 0 };
      ragged.count += 1;
    }
    records += 1;
    return reset(true);
  }

  function reset(record: boolean): boolean {
    fields = 1;
    recordBytes = 0;
    now = state.start;
    return record;
  }

  function misnamed(named: number, found: number) {
    return fault(
      "csv-names",
      `${found} fields, but \`names\` gives ${named} columns.`,
      "Name every column of the file, in its order.",
      recordLine,
    );
  }

  function refuseOtherDelimiter(text: string) {
    for (const [delimiter, called] of [
      [";", "semicolons"],
      ["\t", "tabs"],
    ] as const) {
      const count = text.split(delimiter).length - 1;
      if (count > 0) {
        throw fault(
          "csv-delimiter",
          `no comma, but ${count} ${called}: the fields seem to be separated by ${called}.`,
          "Save the file with commas between the fields.",
          recordLine,
        );
      }
    }
  }

  function encodingFault(what: string, at: number) {
    return fault("not-utf8", `${what}.`, "Save the file as UTF-8 (in Excel: CSV UTF-8).", at);
  }

  function push(chunk: Buffer): Buffer {
    const wrong = encoding.push(chunk);
    if (wrong) throw encodingFault(wrong.what, line + wrong.linesBefore);
    const out = Buffer.allocUnsafe(chunk.length + 1);
    let length = 0;
    let from = 0;
    if (first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) from = 3;
    first = false;
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      let keep = !inHeader;
      if (now === state.quoted) {
        recordBytes += 1;
        if (byte === quote) now = state.closed;
        else if (byte === newline) line += 1;
        if (inHeader && byte !== quote) headerBytes.push(byte);
      } else if (now === state.returned && byte !== newline) {
        throw fault(
          "csv-line-end",
          "a carriage return that ends no line.",
          "Save the file with one kind of line ends, or put the value in quotes.",
          line,
        );
      } else if (byte === newline) {
        const wasHeader = inHeader;
        keep = endRecord() && !wasHeader;
        line += 1;
        recordLine = line;
      } else if (byte === carriageReturn) {
        // What the field was decides whether the line is blank; `returned` hides it.
        if (fields > 1 || (now !== state.start && now !== state.spaces)) recordBytes += 1;
        else recordBytes = 0;
        if (previous === space && now === state.plain) trailingSpaces = true;
        now = state.returned;
        keep = false;
      } else if (byte === comma) {
        endField();
        fields += 1;
        recordBytes += 1;
        if (fields > maxFields) {
          throw fault(
            "csv-too-wide",
            `more than ${maxFields} fields.`,
            "Check the line ends of the file.",
            recordLine,
          );
        }
        now = state.start;
      } else if (byte === space && (now === state.start || now === state.spaces)) {
        now = state.spaces;
        keep = false;
      } else if (byte === quote && now === state.start) {
        recordBytes += 1;
        now = state.quoted;
        quoteLine = line;
      } else if (byte === quote && now === state.closed) {
        recordBytes += 1;
        now = state.quoted;
        if (inHeader) headerBytes.push(byte);
      } else if (byte === quote && now === state.spaces) {
        throw fault(
          "csv-quote",
          "a space before an opening quote, which may or may not belong to the value.",
          "Remove the space.",
          line,
        );
      } else if (now === state.closed) {
        throw fault(
          "csv-quote",
          `text after the end of a quoted value that began in line ${quoteLine}.`,
          'Double the quotes inside a quoted value (""), and close every quote.',
          line,
        );
      } else {
        recordBytes += 1;
        now = state.plain;
        if (inHeader) headerBytes.push(byte);
      }
      if (recordBytes > maxRecordBytes) {
        throw fault(
          "csv-record-too-long",
          `a record of more than ${maxRecordBytes} bytes.`,
          "Check the file's quotes and line ends; long texts belong in Parquet.",
          recordLine,
        );
      }
      previous = byte;
      if (keep) {
        out[length] = byte;
        length += 1;
      }
    }
    return out.subarray(0, length);
  }

  function end(): Buffer {
    if (encoding.end()) throw encodingFault("bytes that are not UTF-8", line);
    if (now === state.quoted) {
      throw fault("csv-quote", "a quoted value that is never closed.", "Close the quote.", quoteLine);
    }
    const wasHeader = inHeader;
    const closed = recordBytes > 0 || fields > 1 ? endRecord() && !wasHeader : false;
    if (ragged) {
      const others = ragged.count > 1 ? `; ${ragged.count} records differ so` : "";
      throw fault(
        "csv-ragged",
        `${ragged.found} fields where ${width} are expected${others}.`,
        "Put values that hold a comma in quotes, and give every record the same number of fields.",
        ragged.line,
      );
    }
    return Buffer.from(closed ? "\n" : "");
  }

  const found = (): Scanned => ({
    header,
    width: width ?? 0,
    records,
    firstLine,
    blankAfter,
    trailingSpaces,
  });
  return { push, end, found };
}
