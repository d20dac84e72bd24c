import { join } from "node:path";
import { openTraffic, section } from "@mlops-actions/rollout";
import { versionInFolder } from "@mlops-actions/serving";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { adults, columnsOf, serving, sibling, versionIn } from "../serving/scene.ts";

test("the reference server itself is moved step by step, and counts each key once", async () => {
  await using folder = await temporaryFolder("versions");
  const second = await versionIn(join(folder.path, "second"), "adult-columns", sibling(2));
  await using server = await serving({
    find: (what) => {
      if ("folder" in what) throw new Error("a rollout names versions");
      return versionInFolder(second, what.version);
    },
  });
  const { production } = section.parse({ production: { traffic: { kind: "server", socket: server.admin } } });
  const { traffic, trafficMetrics } = openTraffic(production as NonNullable<typeof production>, {
    model: "census-income",
    root: "/",
    environment: {},
    fetch,
    now: () => new Date(),
  });
  if (traffic === undefined || trafficMetrics === undefined) throw new Error("it carries and counts");
  const rows = columnsOf(await adults(2));
  const ask = async (keys: number) => {
    for (let key = 0; key < keys; key++) await server.infer(rows, { "x-sticky-key": `user ${key}` });
  };
  const step = (weight: number) =>
    traffic.set({
      stable: { slot: "stable", version: "1.0.0" },
      canary: { slot: "canary", version: "2.0.0" },
      weight,
    });
  const counted = async () => {
    const found = await trafficMetrics.read(await traffic.get());
    return ["stable", "canary"].map((slot) => found.get(slot));
  };

  expect(await traffic.get()).toEqual([{ slot: "stable", version: "1.0.0", weight: 1 }]);
  await step(0.25);
  await ask(40);
  const [stable, canary] = await counted();
  expect([stable?.requests, canary?.requests]).toEqual([stable?.keys?.seen, canary?.keys?.seen]);
  expect((stable?.keys?.seen ?? 0) + (canary?.keys?.seen ?? 0)).toBe(40);
  expect(canary?.keys?.seen).toBeGreaterThan(0);

  await step(0.75);
  await ask(40);
  const [after, moved] = await counted();
  expect((after?.requests ?? 0) + (moved?.requests ?? 0)).toBe(80);
  expect([after?.keys, moved?.keys]).toEqual([stable?.keys, canary?.keys]);

  await step(1);
  expect(await traffic.get()).toEqual([{ slot: "stable", version: "2.0.0", weight: 1 }]);
  await step(1);
  expect(await traffic.get()).toEqual([{ slot: "stable", version: "2.0.0", weight: 1 }]);
}, 60_000);
