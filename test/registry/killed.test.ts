import { type ClaimedRun, registry } from "@mlops-actions/registry";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candidate } from "./candidate.ts";
import { type Interruption, interrupted, MUTATIONS, type Pair } from "./interrupted.ts";
import { faults, sameSecond } from "./invariants.ts";
import { Memory } from "./memory.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder("killed");
});
afterAll(() => folder[Symbol.asyncDispose]());

const run = (attempt: number): ClaimedRun => ({ repositoryId: 7, runId: 100, attempt });

/** A publisher in the attempt of a run; all earlier attempts are over. */
function publisher(pair: Pair, attempt: number) {
  let keys = 0;
  return registry({
    ...pair,
    now: () => new Date("2026-03-01T09:30:00Z"),
    key: () => `key-${attempt}-${++keys}`,
    scratch: folder.path,
    isRunOver: async ({ runId, attempt: of }) => runId === 100 && of < attempt,
  });
}

const model = (of: Parameters<typeof candidate>[1]) => candidate(folder.path, of);

async function callsOf(before: readonly string[]): Promise<string[]> {
  const memory = new Memory();
  for (const bytes of before) await publisher(memory, 1).publish(await model({ bytes, run: run(1) }));
  const pair = interrupted(memory);
  await publisher(pair, 1).publish(await model({ run: run(1) }));
  return pair.calls;
}

/** A registry with these models, then one publication that breaks. */
async function broken(before: readonly string[], interruption: Interruption) {
  const memory = new Memory();
  for (const bytes of before) await publisher(memory, 1).publish(await model({ bytes, run: run(1) }));
  const pair = interrupted(memory, interruption);
  const outcome = await publisher(pair, 1)
    .publish(await model({ run: run(1) }))
    .then(
      ({ how }) => how,
      () => "threw" as const,
    );
  return { memory, outcome, calls: pair.calls };
}

const HISTORIES = { "the first version": [], "a later version": ["older", "newer"] } as const;
const WHEN = ["before", "after"] as const;

describe.each(Object.entries(HISTORIES))("publishing %s, killed", (_, before) => {
  it("at any call, is finished by the same model's next run", async () => {
    const all = (await callsOf(before)).length;
    expect(all).toBeGreaterThan(15);
    for (let at = 1; at <= all; at++)
      for (const when of WHEN) {
        const { memory } = await broken(before, { at, when, how: "dead" });
        const { version } = await publisher(memory, 2).publish(await model({ run: run(2), said: "again" }));
        expect({ at, when, faults: [...faults(memory), ...sameSecond(memory)] }).toEqual({
          at,
          when,
          faults: [],
        });
        expect(version.state).toBe("published");
        expect([...memory.stored.values()]).toHaveLength(before.length + 1);
      }
  });

  it("at any call, is finished or cleared away by the next run of another model", async () => {
    for (let at = 1; at <= (await callsOf(before)).length; at++)
      for (const when of WHEN)
        for (const other of [{ bytes: "other weights" }, { model: "churn" }]) {
          const { memory } = await broken(before, { at, when, how: "dead" });
          await publisher(memory, 2).publish(await model({ ...other, run: run(2) }));
          expect({ at, when, other, faults: [...faults(memory), ...sameSecond(memory)] }).toEqual({
            at,
            when,
            other,
            faults: [],
          });
        }
  });

  it("at any call, and its repair killed at any call, is finished by the third run", async () => {
    const all = (await callsOf(before)).length;
    for (let at = 1; at <= all; at += 2)
      for (let again = 1; again <= all + 10; again += 3) {
        const { memory } = await broken(before, { at, when: "after", how: "dead" });
        const second = interrupted(memory, { at: again, when: "after", how: "dead" });
        await publisher(second, 2)
          .publish(await model({ run: run(2), said: "again" }))
          .catch(() => undefined);
        await publisher(memory, 3).publish(await model({ run: run(3), said: "third" }));
        expect({ at, again, faults: [...faults(memory), ...sameSecond(memory)] }).toEqual({
          at,
          again,
          faults: [],
        });
      }
  });
});

describe.each(Object.entries(HISTORIES))("publishing %s, an answer lost", (_, before) => {
  it("after it took effect, goes on and does nothing twice", async () => {
    const calls = await callsOf(before);
    for (const [index, call] of calls.entries()) {
      if (!MUTATIONS.has(call) || call === "writeRecord") continue;
      const { memory, outcome } = await broken(before, { at: index + 1, when: "after", how: "once" });
      expect({ call, outcome, faults: [...faults(memory), ...sameSecond(memory)] }).toEqual({
        call,
        outcome: "published",
        faults: [],
      });
    }
  });

  it("before it took effect, leaves nothing that the next run does not mend", async () => {
    for (const [index] of (await callsOf(before)).entries()) {
      const { memory } = await broken(before, { at: index + 1, when: "before", how: "once" });
      await publisher(memory, 2).publish(await model({ run: run(2), said: "again" }));
      expect({ at: index + 1, faults: [...faults(memory), ...sameSecond(memory)] }).toEqual({
        at: index + 1,
        faults: [],
      });
    }
  });
});

it("publishing the same model again sends nothing that changes anything", async () => {
  const memory = new Memory();
  await publisher(memory, 1).publish(await model({ bytes: "older", run: run(1) }));
  const first = await publisher(memory, 1).publish(await model({ run: run(1) }));
  await publisher(memory, 1).publish(await model({ bytes: "newer", run: run(1) }));
  const pair = interrupted(memory);
  const again = await publisher(pair, 2).publish(await model({ run: run(2), said: "again" }));
  expect(again).toEqual({ version: first.version, how: "unchanged" });
  expect(pair.calls.filter((call) => MUTATIONS.has(call))).toEqual([]);
});

describe("a claim whose draft has lost a file", () => {
  const lost = async (said: string) => {
    const at = (await callsOf([])).indexOf("create") + 1;
    const memory = new Memory();
    const pair = interrupted(memory, { at, when: "after", how: "dead" });
    await expect(publisher(pair, 1).publish(await model({ run: run(1), said }))).rejects.toThrow();
    const [draft] = memory.stored.values();
    const asset = draft?.assets.find(({ name }) => name === "model.onnx");
    await memory.releases.removeAsset(draft?.id ?? "", asset?.id ?? "");
    return memory;
  };

  it("is finished by whoever has the very same bytes", async () => {
    const memory = await lost("same");
    const { version, how } = await publisher(memory, 2).publish(await model({ run: run(2), said: "same" }));
    expect({ number: version.number, how, faults: faults(memory) }).toEqual({
      number: "1.0.0",
      how: "resumed",
      faults: [],
    });
  });

  it.each([{ bytes: "other weights" }, { said: "another evaluation" }])(
    "is withdrawn by who has not: %j",
    async (other) => {
      const memory = await lost("first");
      const { version } = await publisher(memory, 2).publish(await model({ ...other, run: run(2) }));
      expect({ number: version.number, faults: faults(memory) }).toEqual({ number: "1.1.0", faults: [] });
      expect([...memory.tags.keys()].sort()).toEqual([
        "census-income@v1.0.0",
        "census-income@v1.0.0!",
        "census-income@v1.1.0",
      ]);
    },
  );

  it("is left alone while its run may still be working", async () => {
    const memory = await lost("first");
    const { version } = await publisher(memory, 1).publish(
      await model({ bytes: "other weights", run: run(1) }),
    );
    expect(version.number).toBe("1.1.0");
    expect(memory.tags.has("census-income@v1.0.0!")).toBe(false);
    await expect(publisher(memory, 1).publish(await model({ run: run(1) }))).rejects.toMatchObject({
      code: "being-published",
    });
  });
});
