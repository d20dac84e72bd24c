import { readdir, stat, writeFile } from "node:fs/promises";
import { request as send } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  adults,
  columnsOf,
  eventually,
  modelProcesses,
  type Row,
  type Scene,
  serving,
  sibling,
  versionIn,
} from "./scene.ts";

let rows: Row[];
let two: string;
let three: string;
let at: Scene;
beforeAll(async () => {
  rows = await adults(5);
  at = await serving();
  two = await versionIn(join(at.folder, "two"), "adult-columns", sibling(2));
  three = await versionIn(join(at.folder, "three"), "adult-columns", sibling(3));
});
afterAll(() => at[Symbol.asyncDispose]());

const traffic = (stable: string, canary?: string, weight = 0) => ({
  stable: { version: stable },
  canary: canary === undefined ? null : { version: canary, weight },
});

describe("the admin socket", () => {
  it("is its owner's alone, from its first moment", async () => {
    const found = await stat(at.admin);
    expect(found.isSocket()).toBe(true);
    expect(found.mode & 0o777).toBe(0o600);
  });

  it("moves requests from stable to canary, step by step", async () => {
    await using own = await serving();
    expect((await own.adminAsk("GET", "/traffic")).json).toEqual(traffic("1.0.0"));
    const put = await own.adminAsk("PUT", "/slots/canary", { folder: two, version: "2.0.0" });
    expect(put).toMatchObject({ status: 200, json: traffic("1.0.0", "2.0.0") });
    const versionFor = async (key: string) =>
      (await own.infer(columnsOf(rows), { "x-sticky-key": key })).json.model_version;
    const keys = Array.from({ length: 40 }, (_, key) => `user ${key}`);
    const before = new Set<string>();
    for (const weight of [0, 0.05, 0.25, 0.5, 1]) {
      const wanted = traffic("1.0.0", "2.0.0", weight);
      expect(await own.adminAsk("PUT", "/traffic", wanted)).toMatchObject({ status: 200, json: wanted });
      for (const key of keys) {
        const version = await versionFor(key);
        if (before.has(key)) expect(version).toBe("2.0.0");
        if (version === "2.0.0") before.add(key);
      }
      if (weight === 0) expect(before.size).toBe(0);
    }
    expect(before.size).toBe(40);
    expect((await own.ask("/v2/models/census-income")).json).toMatchObject({ versions: ["1.0.0", "2.0.0"] });
    // All forty were seen at weight 0: those that moved since are no new ones.
    expect(await own.metric("mlops_units", { slot: "stable", version: "1.0.0" })).toBe(40);
    expect(await own.metric("mlops_units", { slot: "canary", version: "2.0.0" })).toBe(0);
    await own.infer(columnsOf(rows), { "x-sticky-key": "new here" });
    await own.infer(columnsOf(rows));
    expect(await own.metric("mlops_units", { slot: "canary", version: "2.0.0" })).toBe(2);
    expect(await own.metric("mlops_units_bad", { slot: "canary", version: "2.0.0" })).toBe(0);
    expect(await own.metric("mlops_traffic_weight", { slot: "canary", version: "2.0.0" })).toBe(1);
    expect((await own.adminAsk("PUT", "/traffic", traffic("2.0.0"))).json).toEqual(traffic("2.0.0"));
    expect(await own.metric("mlops_units", { slot: "stable", version: "2.0.0" })).toBe(0);
    expect(await own.metric("mlops_requests_total", { slot: "canary", outcome: "ok" })).toBeGreaterThan(40);
    await eventually(async () => (await modelProcesses()).length === 2);
  });

  it("loads a version once, however often it is put there", async () => {
    await using own = await serving();
    const count = (await modelProcesses()).length;
    for (let time = 0; time < 3; time++)
      expect((await own.adminAsk("PUT", "/slots/stable", { folder: two, version: "2.0.0" })).json).toEqual(
        traffic("2.0.0"),
      );
    await eventually(async () => (await modelProcesses()).length === count);
    expect(own.told.filter((line) => line.includes("loading"))).toHaveLength(1);
  });

  it("says what is wrong, and leaves the traffic as it is", async () => {
    const ask = (method: string, path: string, body?: unknown) => at.adminAsk(method, path, body);
    expect(await ask("PUT", "/traffic", traffic("1.0.0", "9.9.9", 0.1))).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('"9.9.9" is in no slot') },
    });
    expect(await ask("PUT", "/traffic", traffic("1.0.0", "1.0.0", 5))).toMatchObject({
      status: 400,
      json: { field: "canary.weight" },
    });
    expect(await ask("PUT", "/traffic", { stable: { version: "1.0.0" } })).toMatchObject({ status: 400 });
    expect(await ask("PUT", "/traffic", "{")).toMatchObject({ status: 400 });
    expect(await ask("DELETE", "/traffic")).toMatchObject({ status: 404 });
    expect(await ask("PUT", "/slots/canary", { folder: join(at.folder, "nowhere") })).toMatchObject({
      status: 422,
      json: { code: "not-a-version", remedy: expect.stringContaining("registry download") },
    });
    const other = await versionIn(join(at.folder, "other"), "adult-columns", (of) => ({
      ...of,
      model: "other",
    }));
    expect(await ask("PUT", "/slots/canary", { folder: other })).toMatchObject({
      status: 422,
      json: { code: "other-model" },
    });
    const changed = await versionIn(join(at.folder, "changed"));
    await writeFile(join(changed, "model.onnx"), "other bytes");
    expect(await ask("PUT", "/slots/canary", { folder: changed })).toMatchObject({ status: 422 });
    const swapped = await versionIn(join(at.folder, "swapped"), "adult-trees", (of) => ({
      ...of,
      files: [{ ...of.files[0], sha256: "0".repeat(64) } as (typeof of.files)[number]],
      interface: {
        ...of.interface,
        features: ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"],
      },
    }));
    expect(await ask("PUT", "/slots/canary", { folder: swapped })).toMatchObject({
      status: 422,
      json: { code: "bytes-differ" },
    });
    expect((await ask("GET", "/traffic")).json).toEqual(traffic("1.0.0"));
  });

  it("takes the place of a socket that a killed server left, and of nothing else", async () => {
    const left = join(at.folder, "left.sock");
    const server = createServer().listen(left);
    await new Promise((done) => server.once("listening", done));
    await expect(serving({ admin: left })).rejects.toMatchObject({ code: "socket-taken" });
    server.close();
    await writeFile(join(at.folder, "file"), "mine");
    await expect(serving({ admin: join(at.folder, "file") })).rejects.toMatchObject({ code: "socket-taken" });
    expect(await readdir(at.folder)).toContain("file");
    const long = join(at.folder, "x".repeat(120));
    await expect(serving({ admin: long })).rejects.toMatchObject({ code: "socket-taken" });
    const port = Number(new URL(at.url).port);
    await expect(serving({ listen: { host: "127.0.0.1", port } })).rejects.toMatchObject({
      code: "address-taken",
    });
  });
});

describe("a request", () => {
  it("that comes slowly is answered by what serves when it is whole, though its version left meanwhile", async () => {
    await using own = await serving();
    const body = JSON.stringify({ inputs: columnsOf(rows) });
    const slow = await half(own, body);
    await own.adminAsk("PUT", "/slots/stable", { folder: two, version: "2.0.0" });
    await eventually(async () => (await modelProcesses()).length === 2);
    slow.request.end(body.slice(body.length / 2));
    expect(await slow.answer).toEqual({ status: 200, version: "2.0.0" });
  });

  it("whose caller goes away, before it is whole or after, hurts nobody else", async () => {
    await using own = await serving();
    const body = JSON.stringify({ inputs: columnsOf(rows) });
    for (const isWhole of [false, true]) {
      const { request, answer } = await half(own, body);
      if (isWhole) request.end(body.slice(body.length / 2));
      request.destroy();
      await expect(answer).rejects.toThrow();
    }
    expect((await own.infer(columnsOf(rows))).status).toBe(200);
    expect(own.told).toEqual([]);
  });
});

/** A request whose first half has come. */
async function half({ url }: Scene, body: string) {
  const request = send(new URL("/v2/models/census-income/infer", url), {
    method: "POST",
    headers: { "content-length": Buffer.byteLength(body) },
  });
  const answer = new Promise<{ status: number | undefined; version: string }>((done, failed) => {
    request.on("error", failed).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () =>
        done({ status: response.statusCode, version: JSON.parse(text).model_version }),
      );
    });
  });
  answer.catch(() => undefined);
  request.write(body.slice(0, body.length / 2));
  await wait(200);
  return { request, answer };
}

describe("under load", () => {
  it("swaps, moves and promotes versions without losing a request", async () => {
    await using own = await serving({ processes: 2, queue: 1000 });
    let isOver = false;
    const ended: Record<string, number> = {};
    const client = async (name: number) => {
      for (let count = 0; !isOver; count++) {
        const key = { "x-sticky-key": `${name}-${count % 50}` };
        const { status, json } = await own.infer(columnsOf(rows), key).catch((error: Error) => ({
          status: error.message,
          json: { model_version: "none" },
        }));
        const what = `${status} ${json.model_version}`;
        ended[what] = (ended[what] ?? 0) + 1;
      }
    };
    const clients = Array.from({ length: 16 }, (_, name) => client(name));
    const admin = async (path: string, body: unknown) => {
      expect(await own.adminAsk("PUT", path, body)).toMatchObject({ status: 200 });
      await wait(100);
    };
    await wait(200);
    await admin("/slots/canary", { folder: two, version: "2.0.0" });
    for (const weight of [0.1, 0.5, 1]) await admin("/traffic", traffic("1.0.0", "2.0.0", weight));
    await admin("/traffic", traffic("2.0.0"));
    await admin("/slots/stable", { folder: three, version: "3.0.0" });
    await admin("/slots/stable", { folder: two, version: "2.0.1" });
    await wait(200);
    isOver = true;
    await Promise.all(clients);
    expect(Object.keys(ended).sort()).toEqual(["200 1.0.0", "200 2.0.0", "200 2.0.1", "200 3.0.0"]);
    expect(Object.values(ended).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(200);
  });

  it("goes down without losing a request that came while it said so", async () => {
    await using own = await serving();
    let isOver = false;
    const said: number[] = [];
    const client = async () => {
      while (!isOver) {
        const { status, headers } = await own.infer(columnsOf(rows));
        said.push(status);
        // As a load balancer does that watches readiness.
        if (headers.connection === "close" && (await own.ask("/v2/health/ready")).status === 503) return;
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await wait(200);
    const count = said.length;
    await own.end(500);
    isOver = true;
    await Promise.all(clients);
    expect(new Set(said)).toEqual(new Set([200]));
    expect(said.length).toBeGreaterThanOrEqual(count + 8);
    await expect(own.ask("/v2/health/live")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await expect(stat(own.admin)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
