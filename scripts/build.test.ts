import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { build, filesOf } from "./build.ts";
import { packageFolder } from "./third-party.ts";

const repository = resolve(import.meta.dirname, "..");

// A checkout of its own in a folder that no other build has been in.
async function checkout(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "build-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "actions"));
  await symlink(join(repository, "node_modules"), join(root, "node_modules"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  return root;
}

const SOURCES = {
  "package.json": '{"type":"module"}',
  "actions/shared.ts": 'import { z } from "zod";\nexport const name: z.ZodType<string> = z.string();\n',
  "actions/one.ts": 'import { name } from "./shared.ts";\nconsole.log(name.parse("one"));\n',
  "actions/two.ts":
    'import { name } from "./shared.ts";\nconst { parse } = await import("yaml");\nconsole.log(name.parse(parse("two")));\n',
};
const ENTRIES = { one: "actions/one.ts", two: "actions/two.ts" };

test("two checkouts in different folders build the same bytes", async () => {
  const built = [];
  for (const root of [await checkout(SOURCES), await checkout(SOURCES)]) {
    await build(root, join(root, "dist"), ENTRIES);
    built.push(await filesOf(join(root, "dist")));
  }
  expect(built[0]?.has("one.js")).toBe(true);
  expect(built[1]).toEqual(built[0]);
});

test("of the manifest only name and version go into the bundle", async () => {
  const read =
    'import manifest from "../package.json" with { type: "json" };\nconsole.log(manifest.version);\n';
  const files = {
    "package.json": '{"type":"module","version":"1.2.3","scripts":{"x":"secret-script"}}',
    "actions/one.ts": read,
  };
  const root = await checkout(files);
  await build(root, join(root, "dist"), { one: "actions/one.ts" });
  const text = [...(await filesOf(join(root, "dist"))).values()].join("\n");
  expect(text).toContain("1.2.3");
  expect(text).not.toContain("secret-script");
});

test("the licences of what is inside are beside it", async () => {
  const root = await checkout(SOURCES);
  await build(root, join(root, "dist"), ENTRIES);
  const text = (await filesOf(join(root, "dist"))).get("THIRD-PARTY.txt")?.toString();
  expect(text).toMatch(/^zod \d.*\(MIT\)$/m);
  expect(text).toMatch(/^yaml \d.*\(ISC\)$/m);
});

test("an entry that is not there stops the build before anything is removed", async () => {
  const root = await checkout(SOURCES);
  await writeFile(join(root, "dist"), "the old build");
  await expect(build(root, join(root, "dist"), { three: "actions/three.ts" })).rejects.toThrow(
    "actions/three.ts",
  );
  expect((await filesOf(root)).get("dist")?.toString()).toBe("the old build");
});

test.each([
  ["/a/node_modules/zod/v4/index.js", "/a/node_modules/zod"],
  ["/a/node_modules/@octokit/rest/dist/x.js", "/a/node_modules/@octokit/rest"],
  ["/a/packages/report/node_modules/string-width/index.js", "/a/packages/report/node_modules/string-width"],
  ["/a/node_modules/x/node_modules/y/z.js", "/a/node_modules/x/node_modules/y"],
  ["/a/packages/core/index.ts", undefined],
])("%s belongs to %s", (module, folder) => {
  expect(packageFolder(module)).toBe(folder);
});
