import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { openCrew } from "./crew.ts";
import { packTexts, unpackTexts } from "./texts.ts";

const folder = mkdtempSync(join(tmpdir(), "crew-"));
afterAll(() => rmSync(folder, { recursive: true }));

const penguins = readFileSync(join(import.meta.dirname, "../../testkit/models/penguins.onnx"));
const serving = pathToFileURL(join(import.meta.dirname, "serve.ts")).href;
const entry = (name: string, script: string) => {
  writeFileSync(join(folder, name), script);
  return join(folder, name);
};
const member = entry(
  "member.mjs",
  `import { parentPort, workerData } from "node:worker_threads";
   import { serveCrew } from ${JSON.stringify(serving)};
   serveCrew(parentPort, workerData, undefined);`,
);
const feeds = (rows: number) => ({
  X: { type: "float32" as const, dims: [rows, 4], data: new Float32Array(rows * 4).fill(50) },
});

it("many calls at once are answered each with its own rows, by no more threads than were asked for", async () => {
  const crew = await openCrew({ entry: member, threads: 2 }, penguins);
  const rows = Array.from({ length: 40 }, (_, at) => at + 1);
  const said = await Promise.all(rows.map((n) => crew.run(feeds(n), ["probabilities"])));
  expect(said.map(({ probabilities }) => probabilities?.dims)).toEqual(rows.map((n) => [n, 3]));
  await crew.close();
});

it("a call that fails is that call's failure, and the thread goes on", async () => {
  const crew = await openCrew({ entry: member, threads: 1 }, penguins);
  const wrong = { X: { type: "float32" as const, dims: [1, 3], data: new Float32Array(3) } };
  await expect(crew.run(wrong, ["probabilities"])).rejects.toThrow();
  expect((await crew.run(feeds(2), ["probabilities"])).probabilities?.dims).toEqual([2, 3]);
  await crew.close();
});

it("what the runtime does not load is said at once", async () => {
  await expect(openCrew({ entry: member, threads: 2 }, Buffer.from([8, 8]))).rejects.toThrow();
});

it("a thread that ends leaves nobody waiting", async () => {
  const ending = entry(
    "ending.mjs",
    `import { parentPort } from "node:worker_threads";
     parentPort.on("message", () => process.exit(3));
     parentPort.postMessage({ kind: "ready" });`,
  );
  const crew = await openCrew({ entry: ending, threads: 2 }, penguins);
  const calls = [1, 2, 3, 4, 5].map(() => crew.run(feeds(1), ["probabilities"]));
  for (const one of await Promise.allSettled(calls))
    expect(one).toMatchObject({ status: "rejected", reason: { message: "A thread ended with 3" } });
  await expect(crew.run(feeds(1), ["probabilities"])).rejects.toThrow("A thread ended");
  await crew.close();
});

it("texts come out of a thread's post as they went in", () => {
  const data = ["b", "", "b", "ü", "a", "", "b"];
  const value = { type: "string" as const, dims: [7, 1], data };
  const sent = structuredClone(packTexts({ x: value }));
  expect(sent.x).toMatchObject({ texts: ["b", "", "ü", "a"] });
  expect(unpackTexts(sent)).toEqual({ x: value });
});
