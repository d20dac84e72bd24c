import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { create, extract } from "tar";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { duckdbLock } from "./duckdb-lock.ts";
import { isOmitted, type LockedPackage, packagesFor } from "./lock.ts";
import { onnxruntimeLock } from "./onnxruntime-lock.ts";
import { platformOf } from "./platform.ts";
import { packRelease } from "./release.ts";
import { type NativesOptions, resolveNatives } from "./resolve.ts";

const platform = platformOf(process);
const packages = packagesFor(duckdbLock, platform) ?? [];
const installed = resolve(import.meta.dirname, "../..", "node_modules");

// The installed packages, packed again: their files are the published ones, only the archive around them is ours.
const archives = new Map<string, Buffer>();
let lock: LockedPackage[] = [];
beforeAll(async () => {
  const work = await temporary(false);
  for (const one of packages) {
    const file = join(work, "archive.tgz");
    const folder = join(installed, one.name);
    await create(
      { gzip: { level: 1 }, file, cwd: folder, prefix: "package", portable: true },
      await readdir(folder),
    );
    archives.set(`/${one.name}/-/${one.name.replace(/^.*\//, "")}-${one.version}.tgz`, await readFile(file));
  }
  lock = packages.map((one, at) => ({
    ...one,
    integrity: integrity([...archives.values()][at] ?? Buffer.alloc(0)),
  }));
  await rm(work, { recursive: true });
});

function integrity(bytes: Buffer): string {
  return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
}

async function temporary(cleanUp = true): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "natives-"));
  if (cleanUp) onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function registry(serve: (path: string) => Buffer | undefined = (path) => archives.get(path)) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const bytes = serve(request.url ?? "");
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  }).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function options(url: string, more: Partial<NativesOptions> = {}): Promise<NativesOptions> {
  return { lock, platform, cacheDirs: [await temporary()], registry: { url, fetch }, ...more };
}

// What a measuring child does: a process that knows the folder only.
async function queryIn(folder: string): Promise<string> {
  const script = `
    import { loadNative } from ${JSON.stringify(resolve(import.meta.dirname, "load.ts"))};
    const { DuckDBInstance } = loadNative(process.argv[1], "@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const reader = await connection.runAndReadAll("select sum(i)::int as total from range(1, 101) t(i)");
    process.stdout.write(String(reader.getRows()[0][0]));`;
  const node = join(installed, ".bin", "node");
  const run = promisify(execFile);
  return (await run(node, ["--input-type=module", "-e", script, folder])).stdout;
}

test("what is fetched from the registry answers a query in another process, and is there for the next run", async () => {
  const { url, asked } = await registry();
  const given = await options(url);
  const first = await resolveNatives(given);
  expect(first.from).toBe("registry");
  expect(await queryIn(first.folder)).toBe("5050");
  const before = asked.length;
  expect(await resolveNatives(given)).toMatchObject({ from: "tool-cache", folder: first.folder });
  expect(asked.length).toBe(before);
});

test("a registry that serves one flipped byte is refused, and nothing of it stays", async () => {
  const { url } = await registry((path) => {
    const bytes = Buffer.from(archives.get(path) ?? "");
    const last = bytes.length - 1000;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    return bytes;
  });
  const given = await options(url);
  await expect(resolveNatives(given)).rejects.toMatchObject({
    code: "natives-unavailable",
    message: expect.stringContaining("has not the bytes of the lock"),
  });
  expect(await readdir(join(given.cacheDirs[0] ?? "", "mlops-natives"))).toEqual([]);
});

test("without a network it says what it tried and how to go on", async () => {
  await expect(resolveNatives(await options("http://127.0.0.1:9"))).rejects.toMatchObject({
    code: "natives-unavailable",
    message: expect.stringContaining("@duckdb/node-api could not be fetched"),
    remedy: expect.stringContaining("MLOPS_NATIVES"),
  });
});

test("a cached library that somebody has altered is reported and replaced, never loaded", async () => {
  const { url } = await registry();
  const given = await options(url);
  const { folder } = await resolveNatives(given);
  await appendFile(join(folder, "node_modules/@duckdb/node-bindings/duckdb.js"), "// poison");
  const lines: string[] = [];
  const again = await resolveNatives({ ...given, log: (line) => lines.push(line) });
  expect(again.from).toBe("registry");
  expect(lines[0]).toContain("@duckdb/node-bindings is not");
  expect(
    await readFile(join(again.folder, "node_modules/@duckdb/node-bindings/duckdb.js"), "utf8"),
  ).not.toContain("poison");
});

test("two runs at once on one cold machine both end with a good library", async () => {
  const { url } = await registry();
  const given = await options(url);
  const [one, two] = await Promise.all([resolveNatives(given), resolveNatives(given)]);
  expect(one.folder).toBe(two.folder);
  expect(await resolveNatives(given)).toMatchObject({ from: "tool-cache" });
  expect(await readdir(join(given.cacheDirs[0] ?? "", "mlops-natives"))).toHaveLength(1);
});

test("a folder that npm has filled can be named, and is used without a network", async () => {
  const folder = resolve(installed, "..");
  const found = await resolveNatives(await options("http://127.0.0.1:9", { lock: duckdbLock, folder }));
  expect(found).toMatchObject({ from: "folder", folder });
});

test("a named folder is used as it is or not at all", async () => {
  const { url, asked } = await registry();
  const folder = await temporary();
  await mkdir(join(folder, "node_modules/@duckdb"), { recursive: true });
  await expect(resolveNatives(await options(url, { folder }))).rejects.toMatchObject({
    code: "natives-unavailable",
  });
  for (const { name } of packages.slice(0, 2))
    await cp(join(installed, name), join(folder, "node_modules", name), { recursive: true });
  await writeFile(join(folder, "node_modules/@duckdb/node-api/extra.js"), "");
  await expect(resolveNatives(await options(url, { folder }))).rejects.toMatchObject({
    code: "natives-altered",
  });
  expect(asked).toEqual([]);
});

test("a link in place of a file is not followed", async () => {
  const folder = await temporary();
  await cp(join(installed, "@duckdb/node-api"), join(folder, "node_modules/@duckdb/node-api"), {
    recursive: true,
  });
  await rm(join(folder, "node_modules/@duckdb/node-api/LICENSE"));
  await symlink(
    join(installed, "@duckdb/node-api/LICENSE"),
    join(folder, "node_modules/@duckdb/node-api/LICENSE"),
  );
  await expect(resolveNatives(await options("http://127.0.0.1:9", { folder }))).rejects.toMatchObject({
    code: "natives-altered",
  });
});

test("an entry of the shared cache is verified: a poisoned one is refused and the registry asked", async () => {
  const { url } = await registry();
  const saved: string[] = [];
  const lines: string[] = [];
  const found = await resolveNatives(
    await options(url, {
      log: (line) => lines.push(line),
      shared: {
        restore: async (folder) => {
          await mkdir(join(folder, "node_modules/@duckdb/node-api"), { recursive: true });
          await writeFile(join(folder, "node_modules/@duckdb/node-api/index.js"), "poison");
          return true;
        },
        save: async (_, key) => void saved.push(key),
      },
    }),
  );
  expect(found.from).toBe("registry");
  expect(lines[0]).toContain("not used: the Actions cache");
  expect(saved).toHaveLength(1);
});

test("a platform without the library is told so before anything is fetched", async () => {
  const { url, asked } = await registry();
  const given = await options(url, { platform: { os: "sunos", cpu: "x64", libc: null } });
  await expect(resolveNatives(given)).rejects.toMatchObject({ code: "natives-unsupported" });
  expect(asked).toEqual([]);
});

test("a tool cache that cannot be written gives way to the next folder", async () => {
  const { url } = await registry();
  const file = join(await temporary(), "a-file");
  await writeFile(file, "");
  const found = await resolveNatives(await options(url, { cacheDirs: [file, await temporary()] }));
  expect(found.from).toBe("registry");
});

async function released(): Promise<Buffer> {
  const { url } = await registry();
  return readFile(await packRelease(lock, { platform, registry: { url, fetch }, into: await temporary() }));
}

test("our own release's archive is taken before the registry is asked", async () => {
  const bytes = await released();
  const own = await registry((path) => (path.startsWith("/natives-") ? bytes : undefined));
  const packages = await registry();
  const found = await resolveNatives(await options(packages.url, { release: { url: own.url, fetch } }));
  expect([found.from, packages.asked]).toEqual(["release", []]);
  expect(await queryIn(found.folder)).toBe("5050");
});

test.each([
  ["is not there", () => undefined],
  ["is not what it was", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
])("where our release's archive %s, the registry has the packages", async (_, altered) => {
  const bytes = await released();
  const own = await registry(() => altered(bytes));
  const packages = await registry();
  const found = await resolveNatives(await options(packages.url, { release: { url: own.url, fetch } }));
  expect(found.from).toBe("registry");
});

test("an archive of our release with one byte changed is refused", async () => {
  const { url } = await registry();
  const into = await temporary();
  await packRelease(lock, { platform, registry: { url, fetch }, into });
  const [name = ""] = await readdir(into);
  const folder = join(into, "open");
  await mkdir(folder);
  await extract({ file: join(into, name), cwd: folder });
  await appendFile(join(folder, "node_modules", "@duckdb", "node-api", "package.json"), " ");
  await create({ gzip: true, file: join(into, "altered.tgz"), cwd: folder, portable: true }, [
    "node_modules",
  ]);
  const bytes = await readFile(join(into, "altered.tgz"));
  const own = await registry(() => bytes);
  const lines: string[] = [];
  const asked = await options(url, { release: { url: own.url, fetch }, log: (line) => lines.push(line) });
  expect((await resolveNatives(asked)).from).toBe("registry");
  expect(lines.join("\n")).toMatch(/not used: our release's archive: @duckdb\/node-api is not/);
});

describe("a library whose one package holds all platforms", () => {
  const runtime = packagesFor(onnxruntimeLock, platform) ?? [];
  const penguins = resolve(import.meta.dirname, "../testkit/models/penguins.onnx");

  // As published, but for the other platforms' libraries, of which the names are enough.
  async function packed(): Promise<{ lock: LockedPackage[]; archives: Map<string, Buffer> }> {
    const work = await temporary();
    const archives = new Map<string, Buffer>();
    const lock: LockedPackage[] = [];
    for (const one of runtime) {
      const source = join(installed, one.name);
      const folder = join(work, one.name);
      await cp(source, folder, {
        recursive: true,
        filter: (path) => !isOmitted(one, `${relative(source, path)}/`),
      });
      for (const omitted of one.omit ?? []) {
        const file = join(folder, omitted.endsWith("/") ? `${omitted}library.bin` : omitted);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, "of another platform");
      }
      const file = join(work, "archive.tgz");
      await create({ gzip: { level: 1 }, file, cwd: folder, prefix: "package", portable: true }, ["."]);
      const bytes = await readFile(file);
      archives.set(`/${one.name}/-/${one.name}-${one.version}.tgz`, bytes);
      lock.push({ ...one, integrity: integrity(bytes) });
    }
    return { lock, archives };
  }

  async function askIn(folder: string): Promise<string> {
    const script = `
      import { loadNative } from ${JSON.stringify(resolve(import.meta.dirname, "load.ts"))};
      const { InferenceSession, Tensor } = loadNative(process.argv[1], "onnxruntime-node");
      const session = await InferenceSession.create(process.argv[2]);
      const X = new Tensor("float32", [39.1, 18.7, 181, 3750], [1, 4]);
      process.stdout.write(String((await session.run({ X }, ["label"])).label.data[0]));`;
    const node = join(installed, ".bin", "node");
    return (await promisify(execFile)(node, ["--input-type=module", "-e", script, folder, penguins])).stdout;
  }

  test("only this platform's files are unpacked, and nothing else is needed to answer", async () => {
    const { lock, archives } = await packed();
    const { url } = await registry((path) => archives.get(path));
    const { folder } = await resolveNatives(await options(url, { lock }));
    expect(await readdir(join(folder, "node_modules"))).toEqual(["onnxruntime-common", "onnxruntime-node"]);
    expect(await readdir(join(folder, "node_modules/onnxruntime-node/bin/napi-v6"))).toEqual([platform.os]);
    expect(await askIn(folder)).toBe("Adelie");
  });

  test("a folder that npm has filled with all platforms is the same library", async () => {
    const folder = resolve(installed, "..");
    const found = await resolveNatives(
      await options("http://127.0.0.1:9", { lock: onnxruntimeLock, folder }),
    );
    expect(found.folder).toBe(folder);
  });

  test("a file more beside the library is reported, wherever a loader would look for one", async () => {
    const { lock, archives } = await packed();
    const { url } = await registry((path) => archives.get(path));
    const given = await options(url, { lock });
    const { folder } = await resolveNatives(given);
    const beside = join(folder, "node_modules/onnxruntime-node/bin/napi-v6", platform.os, platform.cpu);
    await writeFile(join(beside, "libstdc++.so.6"), "");
    const lines: string[] = [];
    expect((await resolveNatives({ ...given, log: (line) => lines.push(line) })).from).toBe("registry");
    expect(lines[0]).toContain("onnxruntime-node is not onnxruntime-node@");
  });

  test.each([
    { os: "linux", cpu: "x64", libc: "musl" as const },
    { os: "darwin", cpu: "x64", libc: null },
  ])("$os $cpu $libc is told where it exists", async (other) => {
    const given = await options("http://127.0.0.1:9", { lock: onnxruntimeLock, platform: other });
    await expect(resolveNatives(given)).rejects.toMatchObject({
      code: "natives-unsupported",
      remedy: expect.stringContaining("linux-x64-glibc"),
    });
  });
});
