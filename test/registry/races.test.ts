import { registry } from "@mlops-actions/registry";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candidate } from "./candidate.ts";
import type { Pair } from "./interrupted.ts";
import { faults } from "./invariants.ts";
import { Memory } from "./memory.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder("races");
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Every call waits until the schedule lets it go on, before and after it takes effect. */
function scheduled({ refs, releases }: Pair, scheduler: fc.Scheduler): Pair {
  const through = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]) => {
          await scheduler.schedule(Promise.resolve(), String(name));
          return method.apply(target, args);
        };
      },
    });
  return { refs: through(refs), releases: through(releases) };
}

function publisher(pair: Pair, runId: number) {
  return registry({
    ...pair,
    now: () => new Date("2026-03-01T09:30:00Z"),
    key: () => `key-${runId}`,
    scratch: folder.path,
    isRunOver: async () => false,
  });
}

const RACE = { numRuns: 100, endOnFailure: true };

/** Several publishers at once, in an order that the scheduler draws. */
async function race(scheduler: fc.Scheduler, models: readonly Parameters<typeof candidate>[1][]) {
  const memory = new Memory();
  await publisher(memory, 99).publish(await candidate(folder.path, { bytes: "first" }));
  const publications = await Promise.all(
    models.map((of, index) =>
      candidate(folder.path, {
        ...of,
        run: { repositoryId: 7, runId: index, attempt: 1 },
        said: `run ${index}`,
      }),
    ),
  );
  const running = publications.map((publication, index) =>
    publisher(scheduled(memory, scheduler), index).publish(publication),
  );
  const ends = Promise.allSettled(running);
  await scheduler.waitFor(ends);
  return { memory, ends: await ends };
}

describe("publishers at the same time", () => {
  it("get a number each where their models differ", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { memory, ends } = await race(scheduler, [{ bytes: "a" }, { bytes: "b" }, { bytes: "c" }]);
        expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
        expect(faults(memory)).toEqual([]);
        const numbers = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"];
        expect([...memory.tags.keys()].sort()).toEqual(numbers.map((number) => `census-income@v${number}`));
      }),
      RACE,
    );
  });

  it("make one version of one model", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { memory, ends } = await race(scheduler, [{}, {}, {}]);
        const versions = ends.map((end) =>
          end.status === "fulfilled" ? end.value.version.number : end.reason,
        );
        expect(versions).toEqual(["1.1.0", "1.1.0", "1.1.0"]);
        expect(faults(memory)).toEqual([]);
      }),
      RACE,
    );
  });

  it("make one version of one model, whatever they call it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { memory, ends } = await race(scheduler, [
          { bump: "major" },
          { bump: "minor" },
          { bump: "patch" },
          { bytes: "other", bump: "minor" },
        ]);
        expect(ends.map((end) => (end.status === "rejected" ? end.reason : "done"))).toEqual(
          Array(4).fill("done"),
        );
        expect(faults(memory)).toEqual([]);
      }),
      RACE,
    );
  });
});
