import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { duckdbLock, nativesLock } from "@mlops-actions/natives";
import { expect, test } from "vitest";
import { lockedByNpm } from "./natives-lock.ts";

test("what is built in is what npm has locked: run `npm run natives`", async () => {
  const text = await readFile(resolve(import.meta.dirname, "../package-lock.json"), "utf8");
  const locked = lockedByNpm(text).map(({ name, entry }) => [name, entry.version, entry.integrity]);
  expect(duckdbLock.map(({ name, version, integrity }) => [name, version, integrity])).toEqual(locked);
});

test("the lock has the shape that is relied on, and the library itself comes first", () => {
  expect(nativesLock.parse(duckdbLock)[0]?.name).toBe("@duckdb/node-api");
});
