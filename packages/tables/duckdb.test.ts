import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { openDuckdb } from "./duckdb.ts";
import { tablesContract } from "./tables.contract.ts";

tablesContract("in this process", (tempDirectory) =>
  openDuckdb({ memoryMb: 512, threads: 2, tempDirectory }),
);

it("leaves nothing behind, and cannot read a file that it has not been given", async () => {
  const folder = await mkdtemp(join(tmpdir(), "duckdb-"));
  const tables = await openDuckdb({ memoryMb: 512, threads: 1, tempDirectory: folder });
  const path = join(folder, "a.csv");
  await writeFile(path, "a\n1\n");
  await tables.open("a", { files: [path], label: "a.csv" });
  await expect(tables.query(`SELECT * FROM read_csv('${path}')`, z.unknown())).rejects.toThrow(
    "Permission Error",
  );
  await tables.close();
  expect(await readdir(folder)).toEqual(["a.csv"]);
  await rm(folder, { recursive: true });
});

it("takes the module from where it is told", async () => {
  const loaded = openDuckdb({
    memoryMb: 512,
    threads: 1,
    tempDirectory: tmpdir(),
    load: () => Promise.reject(new Error("asked")),
  });
  await expect(loaded).rejects.toThrow("asked");
});
