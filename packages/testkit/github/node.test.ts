import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../repository/folder.ts";
import { modernNode } from "./node.ts";

const process = (node: string) => ({
  execPath: "/usr/bin/node",
  versions: { node } as NodeJS.ProcessVersions,
});

test("an older Node looks for the one that npm brought, in every folder above", async () => {
  await using folder = await temporaryFolder("node");
  const bin = join(folder.path, "node_modules", ".bin");
  const inside = join(folder.path, "packages", "testkit");
  mkdirSync(inside, { recursive: true });
  expect(modernNode(process("24.0.0"), inside)).toBe("/usr/bin/node");
  expect(() => modernNode(process("20.20.2"), inside)).toThrow("npm ci");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "node"), "");
  expect(modernNode(process("20.20.2"), inside)).toBe(join(bin, "node"));
});
