import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tables } from "@mlops-actions/core";
import { openDuckdb } from "@mlops-actions/tables";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openNamed } from "./header.ts";

let folder: Folder;
let tables: Tables;
let count = 0;
beforeAll(async () => {
  folder = await temporaryFolder("header");
  tables = await openDuckdb({ memoryMb: 512, threads: 1, tempDirectory: folder.path });
});
afterAll(async () => {
  await tables.close();
  await folder[Symbol.asyncDispose]();
});

async function opened(text: string, said: { names?: string[]; missing?: string[] } = {}, file = "a.csv") {
  const path = join(folder.path, file);
  await writeFile(path, text);
  count += 1;
  return openNamed(tables, `t${count}`, path, { file, ...said });
}

test.each([
  ["numbers and texts", "39, State-gov,2174\n50, Private,0\n38, Private,0\n"],
  ["a fraction above whole numbers", "7.5,a\n8,b\n9,b\n"],
  ["numbers alone", "7.4,0.7,5\n7.8,0.88,5\n7.8,0.76,6\n"],
  ["texts alone, one of which comes again", "Adelie,MALE\nAdelie,FEMALE\nGentoo,MALE\n"],
  ["days", "2024-01-01,x\n2024-01-02,y\n"],
])("a first line like the others is no header: %s", async (_, text) => {
  await expect(opened(text)).rejects.toMatchObject({
    code: "no-header",
    at: { file: "a.csv", line: 1 },
    remedy: expect.stringContaining("--names"),
  });
});

test("a line that could not be a header says how to name the columns, too", async () => {
  for (const text of ["25,0,0,x\n38,0,0,y\n", "25,,x\n38,4,y\n"])
    await expect(opened(text)).rejects.toMatchObject({ remedy: expect.stringContaining("--names") });
});

test.each([
  ["names", "age,plan\n39,free\n"],
  ["texts that are none of the values", "city,plan\nRome,free\n"],
  ["a number whose name is none", "1990,1995,total\n1.5,2.5,4\n2,3,5\n"],
  ["what a data frame counts", "0,1\n0.5,7\n0.25,8\n"],
  ["years", "country,1990,2000,2010\nPeru,1,2,3\n"],
])("a header stays one: %s", async (_, text) => {
  expect(await opened(text)).toMatchObject({ rows: text.split("\n").length - 2 });
});

test("who names the columns, or has them in the file, is not asked", async () => {
  expect(await opened("39,x\n50,y\n", { names: ["age", "plan"] })).toMatchObject({ rows: 2 });
  expect(await opened('{"39": 50}\n', {}, "a.jsonl")).toMatchObject({ rows: 1 });
  // A gap in the first line is a gap.
  await expect(opened("39,?,x\n50,7,y\n", { missing: ["?"] })).rejects.toMatchObject({ code: "no-header" });
});
