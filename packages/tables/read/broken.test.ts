import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type TableSource, type Tables, UserError } from "@mlops-actions/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckdb } from "../duckdb.ts";

const folder = mkdtempSync(join(tmpdir(), "broken-"));
let tables: Tables;
beforeAll(async () => {
  tables = await openDuckdb({ memoryMb: 512, threads: 2, tempDirectory: folder });
});
afterAll(() => tables.close());

const parquet = readFileSync(new URL("./testdata/penguins.parquet", import.meta.url));
const bomb = readFileSync(new URL("./testdata/bomb.parquet", import.meta.url));
const beyond = readFileSync(new URL("./testdata/beyond-64-bits.parquet", import.meta.url));

type Extra = Partial<Omit<TableSource, "files" | "label">>;
type Case = [
  what: string,
  name: string,
  content: string | Buffer,
  code: string,
  line?: number | undefined,
  extra?: Extra,
];

const cases: Case[] = [
  ["a record with a field too few", "f.csv", "a,b\n1,2\n3\n", "csv-ragged", 3],
  ["a record with a field too many", "f.csv", "a,b\n1,2,3\n", "csv-ragged", 2],
  ["an extra delimiter at the end", "f.csv", "a,b\n1,2\n3,4,\n", "csv-ragged", 3],
  ["a ragged record behind a value of two lines", "f.csv", 'a,b\n"x\ny",2\n3\n', "csv-ragged", 4],
  ["a quote that is never closed", "f.csv", 'a,b\n1,2\n"3,4\n5,6\n', "csv-quote", 3],
  ["text behind a closing quote", "f.csv", 'a,b\n"1"2,3\n', "csv-quote", 2],
  ["a space before a quote", "f.csv", 'a,b\n1, "x,y"\n', "csv-quote", 2],
  ["a quote that swallows the next record's", "f.csv", 'a,b\n"1,2\n"3",4\n', "csv-quote", 3],
  ["a carriage return inside a line", "f.csv", "a,b\n1,2\r3,4\n", "csv-line-end", 2],
  ["old line ends only", "f.csv", "a,b\r1,2\r", "csv-line-end", 1],
  ["semicolons", "f.csv", "a;b\n1;2\n", "csv-delimiter", 1],
  ["tabs", "f.csv", "a\tb\n1\t2\n", "csv-delimiter", 1],
  ["a blank line between records of one field", "f.csv", "a\n1\n\n2\n", "csv-blank-line", 3],
  ["two columns of one name", "f.csv", "a,b,a\n1,2,3\n", "column-duplicate", 1],
  ["two names that differ in case", "f.csv", "sex,Sex\n1,2\n", "column-duplicate", 1],
  ["a column without a name", "f.csv", ",b\n1,2\n", "column-unnamed", 1],
  ["fewer names than fields", "f.csv", "1,2,3\n", "csv-names", 1, { names: ["a", "b"] }],
  ["no header and no names", "f.csv", "1,2\n", "csv-names", undefined, { header: false }],
  ["an empty file", "f.csv", "", "file-empty"],
  ["a header alone", "f.csv", "a,b\n", "no-rows"],
  ["blank lines alone", "f.csv", "\n\n\n", "file-empty"],
  ["Latin-1", "f.csv", Buffer.from("a,b\n1,2\ncaf\xe9,3\n", "latin1"), "not-utf8", 3],
  [
    "a character cut in half at the end",
    "f.csv",
    Buffer.from([...Buffer.from("a\n1\nx"), 0xe2, 0x82]),
    "not-utf8",
    3,
  ],
  ["a lone surrogate", "f.csv", Buffer.from([...Buffer.from("a\n"), 0xed, 0xa0, 0x80, 10]), "not-utf8", 2],
  ["a NUL byte", "f.csv", "a,b\n1,\0\n", "not-utf8", 2],
  ["UTF-16 with a mark", "f.csv", Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), "wrong-format"],
  ["UTF-16 without a mark", "f.csv", Buffer.from("a,b\n1,2\n", "utf16le"), "wrong-format"],
  ["gzip named CSV", "f.csv", gzipSync("a,b\n1,2\n"), "wrong-format"],
  ["a zip named CSV", "f.csv", Buffer.from("PK\x03\x04rest of it"), "wrong-format"],
  ["Zstandard named CSV", "f.csv", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), "wrong-format"],
  ["a pickle named CSV", "f.csv", Buffer.from([0x80, 0x04, 0x95, 1]), "wrong-format"],
  [
    "an LFS pointer",
    "f.csv",
    "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n",
    "wrong-format",
  ],
  [
    "an LFS pointer named Parquet",
    "f.parquet",
    "version https://git-lfs.github.com/spec/v1\n",
    "wrong-format",
  ],
  ["a web page", "f.csv", "<!DOCTYPE html>\n<html><body>404</body></html>", "wrong-format"],
  ["a web page named Parquet", "f.parquet", "  <html>404</html>", "wrong-format"],
  ["Parquet named CSV", "f.csv", parquet, "wrong-format"],
  ["CSV named Parquet", "f.parquet", "a,b\n1,2\n", "wrong-format"],
  ["a DuckDB database", "f.csv", Buffer.from("\x01\x02\x03\x04\x05\x06\x07\x08DUCK@\0\0"), "wrong-format"],
  ["an SQLite database", "f.parquet", Buffer.from("SQLite format 3\0rest"), "wrong-format"],
  ["encrypted Parquet", "f.parquet", Buffer.from("PARE----PARE"), "wrong-format"],
  ["an unknown ending", "f.dat", "a\n1\n", "unknown-format"],
  ["compressed CSV by its ending", "f.csv.gz", gzipSync("a\n1\n"), "unknown-format"],
  ["a record of two megabytes", "f.csv", `a,b\n1,${"x".repeat(2_000_000)}\n`, "csv-record-too-long", 2],
  ["a hundred thousand columns", "f.csv", `${"a,".repeat(100_000)}\n`, "csv-too-wide", 1],
  [
    "text in an integer column",
    "f.csv",
    "a,b\n1,x\ntwo,y\nthree,z\n",
    "value-not-of-type",
    3,
    { types: { a: "integer" } },
  ],
  [
    "a fraction in an integer column",
    "f.csv",
    "a\n1.5\n",
    "value-not-of-type",
    2,
    { types: { a: "integer" } },
  ],
  [
    "2^53 + 1 in an integer column",
    "f.csv",
    "a\n9007199254740993\n",
    "value-not-of-type",
    2,
    { types: { a: "integer" } },
  ],
  ["1e400 in a number column", "f.csv", "a\n1\n1e400\n", "value-not-of-type", 3, { types: { a: "number" } }],
  ["a decimal comma", "f.csv", 'a\n"0,5"\n', "value-not-of-type", 2, { types: { a: "number" } }],
  ["underscores in a number", "f.csv", "a\n1_000\n", "value-not-of-type", 2, { types: { a: "number" } }],
  ["a day that does not exist", "f.csv", "a\n2023-02-29\n", "value-not-of-type", 2, { types: { a: "date" } }],
  [
    "a mark for missing that was not declared",
    "f.csv",
    "a\n1\n?\n",
    "value-not-of-type",
    3,
    { types: { a: "number" } },
  ],
  [
    "a wrong value behind blank lines and line breaks",
    "f.csv",
    'a,b\n"p\nq",1\n\n\nr,x\n',
    "value-not-of-type",
    6,
    { types: { b: "integer" } },
  ],
  ["Parquet cut short", "f.parquet", parquet.subarray(0, parquet.length - 100), "file-unreadable"],
  ["Parquet's first half", "f.parquet", parquet.subarray(0, parquet.length >> 1), "file-unreadable"],
  ["Parquet's magic alone", "f.parquet", Buffer.from("PAR1PAR1"), "file-unreadable"],
  ["a forged footer length", "f.parquet", forged(parquet, 8, 0x7fffffff), "file-unreadable"],
  ["2 kB of Parquet that mean 200 GB", "f.parquet", bomb, "value-too-long"],
  ["Parquet with integers beyond 64 bits", "f.parquet", beyond, "file-unreadable"],
  [
    "a Parquet text declared as a number",
    "f.parquet",
    parquet,
    "value-not-of-type",
    undefined,
    { types: { species: "number" } },
  ],
  ["a JSON array", "f.json", '[{"a": 1}]', "json-line", 1],
  ["a JSON object over several lines", "f.json", '{\n"a": 1}\n', "json-line", 1],
  ["JSON cut short", "f.jsonl", '{"a": 1}\n{"a": ', "json-line", 2],
  ["a JSON number alone", "f.jsonl", '{"a": 1}\n7\n', "json-line", 2],
  ["a blank line between objects", "f.jsonl", '{"a": 1}\n\n{"a": 2}\n', "json-line", 2],
  ["objects without keys", "f.jsonl", "{}\n{}\n", "no-rows"],
  ["keys that differ in case", "f.jsonl", '{"a": 1, "A": 2}\n', "column-duplicate"],
  [
    "a JSON text declared as an integer",
    "f.jsonl",
    '{"a": 1}\n{"a": "x"}\n',
    "value-not-of-type",
    2,
    { types: { a: "integer" } },
  ],
];

describe("broken files are refused, with their line and a way out", () => {
  it.each(cases)("%s", async (...[what, name, content, code, line, extra]) => {
    const error = await refusal(what, name, content, extra);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code, remedy: expect.stringMatching(/.{10}/) });
    if (line !== undefined) expect(error).toMatchObject({ at: { file: name, line } });
  });

  it("counts what is wrong and shows the first value, shortened and harmless", async () => {
    const hostile = `::set-output name=x::\u001b[31m${"y".repeat(100)}`;
    const error = await refusal("hostile", "f.csv", `a\n1\n${hostile}\nz\n`, { types: { a: "number" } });
    expect((error as UserError).message).toBe(
      `f.csv, line 3: 2 values are not a number in column "a"; the first is "::set-output name=x::\\u001b[31myyyyyyyyyyyyyy…".`,
    );
  });

  it("says how many fields were expected and found, and in how many records", async () => {
    const error = await refusal("counted", "f.csv", "a,b\n1\n2\n3,4\n");
    expect((error as UserError).message).toBe(
      "f.csv, line 2: 1 fields where 2 are expected; 2 records differ so.",
    );
  });
});

it("files of two kinds are no table, unless one kind is said of all", async () => {
  for (const name of ["one.csv", "two.txt", "three.jsonl"]) writeFileSync(join(folder, name), "a\n1\n");
  const open = (names: readonly string[], extra: Extra = {}) =>
    tables.open(names.join(), { files: names.map((name) => join(folder, name)), label: "all", ...extra });
  expect(await open(["one.csv", "two.txt"])).toMatchObject({ rows: 2 });
  await expect(open(["one.csv", "three.jsonl"])).rejects.toMatchObject({
    code: "formats-differ",
    message: "one.csv is CSV and three.jsonl JSON: the files of one table are of one kind.",
  });
  expect(await open(["one.csv", "three.jsonl"], { format: "csv" })).toMatchObject({ rows: 2 });
});

describe("what is no plain file is refused", () => {
  const good = join(folder, "good.csv");
  writeFileSync(good, "a\n1\n");
  const place = (make: (path: string) => void, called: string) => {
    const path = join(folder, called);
    make(path);
    return tables.open(called, { files: [path], label: called }).catch((error) => error);
  };
  it("a symbolic link", async () => {
    expect(await place((path) => symlinkSync(good, path), "link.csv")).toMatchObject({
      code: "not-a-plain-file",
    });
  });
  it("a hard link", async () => {
    const secret = join(folder, "secret.txt");
    writeFileSync(secret, "a\n1\n");
    expect(await place((path) => linkSync(secret, path), "hard.csv")).toMatchObject({
      code: "not-a-plain-file",
    });
  });
  it("a folder", async () => {
    expect(await place((path) => mkdirSync(path), "folder.csv")).toMatchObject({ code: "not-a-plain-file" });
  });
  it.skipIf(process.platform === "win32")("a pipe, without waiting for a writer", async () => {
    expect(await place((path) => execFileSync("mkfifo", [path]), "pipe.csv")).toMatchObject({
      code: "not-a-plain-file",
    });
  });
  it("nothing", async () => {
    expect(await place(() => undefined, "none.csv")).toMatchObject({ code: "file-not-found" });
  });
});

describe("Parquet with changed bytes", () => {
  it("is read as a table or refused, whatever byte is forged", async () => {
    let refused = 0;
    for (let mutant = 0; mutant < 150; mutant += 1) {
      const bytes = Buffer.from(parquet);
      // The footer holds the lengths and types; every mutant breaks another place of it.
      const at = bytes.length - 9 - ((mutant * 37) % 1400);
      bytes[at] = (bytes[at] as number) ^ (1 << (mutant % 8));
      const outcome = await refusal(`mutant${mutant}`, "mutant.parquet", bytes).catch((error) => error);
      if (outcome instanceof UserError) refused += 1;
      else expect(outcome).toBe("read");
    }
    expect(refused).toBeGreaterThan(30);
  });
});

function forged(original: Buffer, fromEnd: number, value: number): Buffer {
  const bytes = Buffer.from(original);
  bytes.writeUInt32LE(value, bytes.length - fromEnd);
  return bytes;
}

let opened = 0;

/** The error, or "read" where there is none. */
async function refusal(
  what: string,
  name: string,
  content: string | Buffer,
  extra: Extra = {},
): Promise<unknown> {
  opened += 1;
  const path = join(folder, String(opened));
  mkdirSync(path);
  writeFileSync(join(path, name), content);
  return tables.open(`${what} ${opened}`, { files: [join(path, name)], label: name, ...extra }).then(
    () => "read",
    (error) => error,
  );
}
