import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { duckdbLock, type NativesLock, nativesLock, onnxruntimeLock } from "@mlops-actions/natives";
import { describe, expect, test } from "vitest";
import { libraries, lockedByNpm } from "./natives-lock.ts";

const built: Readonly<Record<string, { lock: NativesLock; first: string }>> = {
  duckdb: { lock: duckdbLock, first: "@duckdb/node-api" },
  onnxruntime: { lock: onnxruntimeLock, first: "onnxruntime-node" },
};

describe.each(libraries)("$lock", (library) => {
  const { lock, first } = built[library.lock] as { lock: NativesLock; first: string };

  test("what is built in is what npm has locked: run `npm run natives`", async () => {
    const text = await readFile(resolve(import.meta.dirname, "../package-lock.json"), "utf8");
    const locked = lockedByNpm(library, text).map(({ name, entry }) =>
      [name, entry.version, entry.integrity].join(" "),
    );
    const ours = lock.map(({ name, version, integrity }) => [name, version, integrity].join(" "));
    expect([...new Set(ours)]).toEqual(locked);
  });

  test("the lock has the shape that is relied on, and the library itself comes first", () => {
    expect(nativesLock.parse(lock)[0]?.name).toBe(first);
  });
});
