import { fork } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { modelsContract } from "../../models/models.contract.ts";
import { tablesContract } from "../../tables/tables.contract.ts";
import { type MeasuringChildOptions, openMeasuringChild } from "./parent.ts";

const entry = new URL("../child-main.ts", import.meta.url).pathname;
const usual = { entry, nodePath: process.execPath, memoryMb: 800, deadlineMs: 120_000, threads: 2 };
const open = (over: Partial<MeasuringChildOptions> = {}) =>
  openMeasuringChild({ ...usual, tempDirectory: mkdtempSync(join(tmpdir(), "child-")), ...over });

tablesContract("in a child process", async (tempDirectory) => (await open({ tempDirectory })).tables);

modelsContract("in a child process", (tempDirectory) => open({ tempDirectory, memoryMb: 1500 }));

const onLinux = process.platform === "linux";

describe("the measuring child", () => {
  it("ends in a fault that names what was read when it takes too much memory", async () => {
    const tempDirectory = mkdtempSync(join(tmpdir(), "child-"));
    writeFileSync(join(tempDirectory, "a.csv"), "a\n1\n");
    const { tables } = await open({ tempDirectory });
    await tables.open("a", { files: [join(tempDirectory, "a.csv")], label: "data/a.csv" });
    const greedy = tables.query(
      "SELECT length(repeat('x', 2000000000) || repeat('y', a::BIGINT)) AS n FROM a",
      z.unknown(),
    );
    await expect(greedy).rejects.toMatchObject({
      code: "measuring-memory",
      message: /800 MB .* data\/a\.csv/,
    });
    await expect(tables.query("SELECT 1", z.unknown())).rejects.toMatchObject({ code: "measuring-memory" });
    await tables.close();
    expect(readdirSync(tempDirectory)).toEqual(["a.csv"]);
  });

  it("ends in a fault when it takes too long", async () => {
    const { tables } = await open({ deadlineMs: 1500 });
    const endless = tables.query(
      "SELECT sum(sqrt(a.i * b.i)) AS x FROM range(10000000) a(i), range(10000000) b(i)",
      z.unknown(),
    );
    await expect(endless).rejects.toMatchObject({ code: "measuring-deadline" });
    await tables.close();
  });

  it("says why when its entry cannot be started", async () => {
    await expect(open({ entry: "/nowhere/child.js" })).rejects.toMatchObject({
      code: "measuring-died",
      cause: { message: /Cannot find module/ },
    });
  });

  it.runIf(onLinux)("has nothing of its parent's environment", async () => {
    process.env.SECRET_TOKEN_OF_THE_TEST = "s3cret";
    const tempDirectory = mkdtempSync(join(tmpdir(), "child-"));
    const { tables } = await open({ tempDirectory });
    const [pid] = childrenOf(process.pid, "child-main.ts");
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .map((one) => one.split("=")[0]);
    expect(variables.filter((name) => name !== "")).toEqual(
      expect.arrayContaining(["TZ", "LC_ALL", "NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE"]),
    );
    expect(variables.filter((name) => name !== "")).toHaveLength(4);
    await tables.close();
    expect(childrenOf(process.pid, "child-main.ts")).toEqual([]);
    delete process.env.SECRET_TOKEN_OF_THE_TEST;
  });

  it.runIf(onLinux)("goes when its parent is killed, and takes its files along", async () => {
    const tempDirectory = mkdtempSync(join(tmpdir(), "child-"));
    const script = join(tempDirectory, "parent.mjs");
    const source = new URL("./parent.ts", import.meta.url).pathname;
    writeFileSync(
      script,
      `import { openMeasuringChild } from ${JSON.stringify(source)};
       import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
       const { tables } = await openMeasuringChild(${JSON.stringify({ ...usual, tempDirectory })});
       tables.query("SELECT sum(sqrt(a.i * b.i)) AS x FROM range(10000000) a(i), range(10000000) b(i)", z.unknown()).catch(() => {});
       process.send("measuring");`,
    );
    const parent = fork(script, {
      execPath: process.execPath,
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await new Promise((resolve) => parent.once("message", resolve));
    const [pid] = childrenOf(parent.pid as number, "child-main.ts");
    expect(pid).toBeDefined();
    parent.kill("SIGKILL");
    await expect.poll(() => alive(pid as number), { timeout: 10_000 }).toBe(false);
    expect(readdirSync(tempDirectory)).toEqual(["parent.mjs"]);
  });
});

function childrenOf(parent: number, name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const ofParent = readFileSync(`/proc/${pid}/status`, "utf8").includes(`\nPPid:\t${parent}\n`);
        return ofParent && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(name);
      } catch {
        return false;
      }
    });
}

function alive(pid: number): boolean {
  try {
    return !/\nState:\tZ/.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
