import { fork } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { message, onnxBytes } from "@mlops-actions/testkit";
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

  it("ends in a fault that names the model when that goes on for ever", async () => {
    const tempDirectory = mkdtempSync(join(tmpdir(), "child-"));
    writeFileSync(join(tempDirectory, "a.csv"), "x\n1\n");
    writeFileSync(join(tempDirectory, "loop.onnx"), endless());
    const child = await open({ tempDirectory, deadlineMs: 4000 });
    await child.tables.open("a", { files: [join(tempDirectory, "a.csv")], label: "a.csv" });
    const model = { file: join(tempDirectory, "loop.onnx"), label: "out/loop.onnx" };
    const asked = { model, task: "regression", classes: [], from: "a", into: "b", keep: [] } as const;
    await expect(child.models.predict(asked)).rejects.toMatchObject({
      code: "measuring-deadline",
      message: expect.stringContaining("while asking out/loop.onnx"),
    });
    await child.close();
  });

  it("asks for the models' library with the first model, and says why there is none", async () => {
    const why = new UserError("natives-unsupported", "onnxruntime-node does not exist for linux-x64-musl", {
      remedy: "",
    });
    let asked = 0;
    const child = await open({
      modelNatives: () => {
        asked += 1;
        return Promise.reject(why);
      },
    });
    expect(await child.tables.query("SELECT 1 AS x", z.unknown())).toEqual([{ x: 1 }]);
    expect(asked).toBe(0);
    const model = { file: "/nowhere.onnx", label: "nowhere.onnx" };
    await expect(child.models.inspect(model)).rejects.toBe(why);
    expect(await child.tables.query("SELECT 1 AS x", z.unknown())).toEqual([{ x: 1 }]);
    await child.close();
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

/** A model that counts to 2^63. */
function endless(): Uint8Array {
  const { graph, model, node, value } = onnxBytes;
  const whole = (...numbers: bigint[]) => new Uint8Array(new BigInt64Array(numbers).buffer);
  const bool = 9;
  const body = graph(
    [1, node("Identity", "", [1, "goes"], [2, "still"])],
    [1, node("Identity", "", [1, "v"], [2, "next"])],
    [11, value("i", [], 7)],
    [11, value("goes", [], bool)],
    [11, value("v", ["n", 1], 11)],
    [12, value("still", [], bool)],
    [12, value("next", ["n", 1], 11)],
  );
  const loop = node(
    "Loop",
    "",
    [1, "trips"],
    [1, ""],
    [1, "x"],
    [5, message([1, "body"], [6, body], [20, 5])],
  );
  return model(
    graph(
      [1, loop],
      [5, message([8, "trips"], [2, 7], [9, whole(2n ** 63n - 1n)])],
      [11, value("x", ["n", 1], 11)],
      [12, value("y", ["n", 1], 11)],
    ),
  );
}

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
