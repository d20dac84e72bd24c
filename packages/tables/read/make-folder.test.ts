import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

test("a folder and those above it are made, and one that is there is left", async () => {
  await using folder = await temporaryFolder("made");
  const path = join(folder.path, "a/b/c");
  await Promise.all([makeFolder(path, 0o700), makeFolder(path, 0o700)]);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  await makeFolder(path);
});

test("a place without folders is the system's error, not a wait without end", async () => {
  await using folder = await temporaryFolder("made");
  const file = join(folder.path, "file");
  await writeFile(file, "");
  await expect(makeFolder(join(file, "a"))).rejects.toMatchObject({ code: "ENOTDIR" });
  await expect(makeFolder("/proc/nope/a")).rejects.toMatchObject({ code: "ENOENT", path: "/proc/nope" });
});
