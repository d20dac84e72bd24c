import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { neededOf } from "./tools/debian.ts";
import { install } from "./tools/install.ts";
import type { Source } from "./tools/source.ts";

/** A source that writes one program, which tells where its libraries are. */
const source = (pins: readonly string[], libraries: readonly string[] = []) => {
  const installed: string[][] = [];
  const made: Source = {
    name: "Test",
    pins,
    programs: ["tell"],
    async install(folder) {
      installed.push(await readdir(folder));
      const path = join(folder, "tell");
      await writeFile(path, '#!/bin/sh\necho "$LD_LIBRARY_PATH $*"\n', { mode: 0o755 });
      return { tell: { path, libraries } };
    },
  };
  return { made, installed };
};

test("what is there is left alone; other pins, and what was cut off, are installed anew", async () => {
  await using folder = await temporaryFolder("tools");
  const first = source(["tell@1"]);
  expect(await install(folder.path, first.made)).toBe(true);
  expect(await install(folder.path, first.made)).toBe(false);
  const second = source(["tell@2"]);
  expect(await install(folder.path, second.made)).toBe(true);
  expect([first.installed, second.installed]).toEqual([[[]], [[]]]);

  const broken = source(["tell@3"]);
  broken.made.install = async (into) => {
    await mkdir(join(into, "half"));
    throw new Error("no network");
  };
  await expect(install(folder.path, broken.made)).rejects.toThrow("no network");
  const again = source(["tell@2"]);
  expect(await install(folder.path, again.made)).toBe(true);
  expect(again.installed).toEqual([[]]);
});

test("a program finds libraries that were only unpacked, in folders of any name", async () => {
  await using folder = await temporaryFolder("tools");
  await install(folder.path, source(["tell@1"], ["/it's here/lib", "/b"]).made);
  const { stdout } = spawnSync(join(folder.path, "bin/tell"), ["a b", "c"], { encoding: "utf8" });
  expect(stdout).toBe("/it's here/lib:/b a b c\n");
});

test("of what Debian would install come programs and their libraries, not the pages that they show", () => {
  const simulated = `NOTE: This is only a simulation!
Inst liblua5.3-0 (5.3.6-2 Debian:12 [amd64])
Inst haproxy (2.6.12-1 Debian-Security:12 [amd64])
Inst libjs-jquery (3.6 Debian:12 [all])
Inst fonts-x (1 Debian:12 [all])
Inst libnginx-mod-http-echo (1:0.63-4 Debian:12 [amd64])
Inst nginx-common (1.22.1-9 Debian-Security:12 [all])
Inst prometheus [2.41] (2.42.0 Debian:12 [amd64])
Conf haproxy (2.6.12-1 Debian-Security:12 [amd64])
`;
  expect(neededOf(simulated)).toEqual(["liblua5.3-0", "haproxy", "prometheus"]);
});

test("the lock holds what requirements.txt asks for, each with digests", async () => {
  const lines = async (name: string) =>
    (await readFile(join(import.meta.dirname, "tools", name), "utf8"))
      .split("\n")
      .filter((line) => /^[a-z0-9]/i.test(line));
  const locked = await lines("requirements.lock");
  for (const pin of await lines("requirements.txt"))
    expect(
      locked.filter((line) => line.toLowerCase().startsWith(pin.replace(/\[.*\]/, "").toLowerCase())),
    ).toHaveLength(1);
  expect(locked.filter((line) => !line.endsWith("\\"))).toEqual([]);
});
