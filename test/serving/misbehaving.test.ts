import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ELEMENT, message, onnxBytes } from "@mlops-actions/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import {
  adults,
  columnsOf,
  ENGINE,
  eventually,
  modelProcesses,
  type Row,
  serving,
  versionIn,
} from "./scene.ts";

let rows: Row[];
beforeAll(async () => {
  rows = await adults(2);
});

const { graph, integer, model, node, value } = onnxBytes;

/** A model that makes as many numbers as it is told, and gives their sum: a request of few bytes can want any memory. */
const hungry = model(
  graph(
    [1, node("ConstantOfShape", "", [1, "x"], [2, "many"])],
    [1, node("ReduceSum", "", [1, "many"], [2, "sum"], integer("keepdims", 0))],
    [1, node("Expand", "", [1, "sum"], [1, "one"], [2, "y"])],
    [5, message([1, 1], [2, ELEMENT.int64], [7, 1], [8, "one"])],
    [11, value("x", ["n"], ELEMENT.int64)],
    [12, value("y", ["n"])],
  ),
);
const regression = { task: "regression", interface: { by: "onnx" } } as const;

describe("a model that misbehaves", () => {
  it("is started again when its process is killed, and only the request that it worked on is lost", async () => {
    await using at = await serving();
    const [pid] = (await modelProcesses()).slice(-1);
    process.kill(pid as number, "SIGSTOP");
    const asked = Array.from({ length: 6 }, () => at.infer(columnsOf(rows)));
    await wait(300);
    process.kill(pid as number, "SIGKILL");
    const answers = await Promise.all(asked);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 503]);
    const lost = answers.find(({ status }) => status === 503);
    expect(lost).toMatchObject({
      headers: { "retry-after": "1" },
      json: { error: expect.stringContaining("is started again") },
    });
    expect(await at.metric("mlops_requests_total", { slot: "stable", outcome: "crashed" })).toBe(1);
    expect(at.told).toEqual([expect.stringMatching(/census-income@1\.0\.0: its process ended.*SIGKILL/)]);
    expect((await at.ask("/v2/health/ready")).status).toBe(200);
  });

  it("is ended when one answer takes too long, every time", async () => {
    await using at = await serving({ timeoutMs: 400 });
    for (let time = 1; time <= 2; time++) {
      expect((await at.infer(columnsOf(rows))).status).toBe(200);
      await wait(500);
      const [pid] = (await modelProcesses()).slice(-1);
      process.kill(pid as number, "SIGSTOP");
      const began = performance.now();
      const { status, json } = await at.infer(columnsOf(rows));
      expect({ status, error: json.error }).toEqual({
        status: 504,
        error: "The model took too long and was stopped; it is started again.",
      });
      expect(performance.now() - began).toBeLessThan(10_000);
      await eventually(async () => (await at.ask("/v2/health/ready")).status === 200);
    }
    expect(await at.metric("mlops_requests_total", { slot: "stable", outcome: "timeout" })).toBe(2);
  });

  it("turns away what would wait too long, or behind too many", async () => {
    await using at = await serving({ timeoutMs: 600, queue: 3 });
    const [pid] = (await modelProcesses()).slice(-1);
    process.kill(pid as number, "SIGSTOP");
    const answers = await Promise.all(Array.from({ length: 12 }, () => at.infer(columnsOf(rows))));
    const counted = (status: number) => answers.filter((answer) => answer.status === status).length;
    // Four were handed over, three wait, five are too many; what was handed over behind the first is asked again if there is time.
    expect(counted(504)).toBe(1);
    expect(counted(503)).toBeGreaterThanOrEqual(5);
    expect(counted(503) + counted(504) + counted(200)).toBe(12);
    expect(
      await at.metric("mlops_requests_total", { slot: "stable", outcome: "overloaded" }),
    ).toBeGreaterThanOrEqual(5);
  });

  it("is ended when it takes more memory than it may", async () => {
    await using at = await serving({
      model: hungry,
      manifest: (of) => ({ ...of, ...regression }),
      timeoutMs: 20_000,
      engine: { ...ENGINE, memoryMb: 400 },
    });
    const asked = (size: number) => at.infer([{ name: "x", shape: [1], datatype: "INT64", data: [size] }]);
    expect((await asked(1000)).status).toBe(200);
    // 4 GB.
    expect((await asked(1_000_000_000)).status).toBe(503);
    expect(at.told[0]).toMatch(/it needed more than 400 MB of memory/);
    await eventually(async () => (await asked(1000)).status === 200);
  });

  it("tells in its own words what it cannot answer, as a bad event of its own", async () => {
    await using at = await serving({ model: hungry, manifest: (of) => ({ ...of, ...regression }) });
    const { status, json } = await at.infer([{ name: "x", shape: [1], datatype: "INT64", data: [-5] }]);
    expect(status).toBe(500);
    expect(json.error).toContain("could not answer");
    expect(await at.metric("mlops_requests_total", { slot: "stable", outcome: "model" })).toBe(1);
  });

  it("is not served at all when it cannot be loaded", async () => {
    const broken = serving({ model: new Uint8Array([1, 2, 3]) });
    await expect(broken).rejects.toMatchObject({ code: "model-damaged" });
    const slow = serving({ engine: { ...ENGINE, startMs: 1 } });
    await expect(slow).rejects.toMatchObject({
      code: "model-died",
      message: expect.stringContaining("was not ready after"),
    });
    expect(await modelProcesses()).toEqual([]);
  });

  it("says that it is down while its file is gone, and comes back with it", async () => {
    await using at = await serving({ timeoutMs: 2000 });
    await rm(join(at.folder, "first/model.onnx"));
    const [pid] = (await modelProcesses()).slice(-1);
    process.kill(pid as number, "SIGKILL");
    await eventually(
      async () => (await at.infer(columnsOf(rows))).json.error?.includes("does not start") === true,
    );
    expect((await at.ask("/v2/health/ready")).status).toBe(503);
    expect(at.told.some((line) => line.includes("cannot be started again"))).toBe(true);
    await versionIn(join(at.folder, "first"));
    await eventually(async () => (await at.infer(columnsOf(rows))).status === 200);
  });
});
