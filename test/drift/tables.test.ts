import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderMarkdown } from "@mlops-actions/report";
import { xoshiro256 } from "@mlops-actions/statistics";
import { temporaryFolder } from "@mlops-actions/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Finding } from "../../packages/drift/details.ts";
import { check, checkFolder, withTables } from "./checked.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const DATA = join(import.meta.dirname, "data");
const names = (found: readonly Finding[], severity: string) =>
  found.filter((one) => one.severity === severity).map(({ name }) => name);
const project = (more = "") => `model: m
task: regression
data: {}
drift:
  current: now.csv
  reference: then.csv
${more}`;

describe("real tables", () => {
  it("bike sharing: 2012 is severe in how many are rented, and the weather is not", async () => {
    await using folder = await temporaryFolder("bike");
    await withTables(async (tables) => {
      const data = join(EXAMPLES, "bike-demand/data");
      await tables.open("train", { files: [join(data, "train.parquet")], label: "train" });
      await tables.open("test", { files: [join(data, "test.csv")], label: "test" });
      await tables.query(
        "CREATE TABLE hours AS SELECT * FROM train UNION ALL BY NAME SELECT * FROM test",
        z.unknown(),
      );
      for (const [year, name] of [
        [0, "then"],
        [1, "now"],
      ] as const)
        await tables.save(`SELECT * FROM hours WHERE yr = ${year}`, "csv", join(folder.path, `${name}.csv`));
    });
    await writeFile(
      join(folder.path, "mlops.yml"),
      project("  columns: [cnt, temp, atemp, hum, windspeed, weathersit, season, hr]\n"),
    );
    const { details } = await checkFolder(folder.path);
    expect(names(details.columns, "severe")).toEqual(["cnt"]);
    const cnt = details.columns.find(({ name }) => name === "cnt")?.distribution;
    expect(cnt?.distance).toBeCloseTo(0.216, 2);
    expect(cnt?.interval.low).toBeCloseTo(0.185, 2);
  });

  it("white wine is another wine than red: severe in all that chemistry tells", async () => {
    const { details, document } = await check({
      "mlops.yml": project().replaceAll(".csv", ".parquet"),
      "then.parquet": await readFile(join(DATA, "wine-red.parquet")),
      "now.parquet": await readFile(join(DATA, "wine-white.parquet")),
    });
    expect(names(details.columns, "severe")).toEqual(
      "fixed_acidity volatile_acidity citric_acid residual_sugar chlorides free_sulfur_dioxide total_sulfur_dioxide density pH sulphates quality".split(
        " ",
      ),
    );
    expect(names(details.columns, "warn")).toEqual(["alcohol"]);
    const text = renderMarkdown(document, { limit: { size: 65_536, in: "characters" }, links: {} });
    expect(text).toContain("11 columns have drifted severely");
    expect(text).toMatch(/\| `chlorides` \| 21 Nov \| 83 % of the rows \(at least 77 %\)/);
  });
});

describe("rows that belong together", () => {
  /** Rows of users, who each have a level of their own. */
  function users(seed: bigint, users: number, each: number): string {
    const random = xoshiro256(seed);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const lines = ["user_id,a,b,plan"];
    for (let user = 0; user < users; user++) {
      const [a, b, plan] = [normal(), normal(), random() < 0.4 ? "pro" : "basic"];
      for (let row = 0; row < each; row++)
        lines.push(
          `u${seed}-${user},${(3 * a + normal()).toFixed(4)},${(3 * b + normal()).toFixed(4)},${plan}`,
        );
    }
    return `${lines.join("\n")}\n`;
  }

  it("flag nothing with `cluster`, and are named without it", async () => {
    let [flags, loose] = [0, 0];
    for (let batch = 1n; batch <= 6n; batch++) {
      const files = { "then.csv": users(1000n + batch, 2_000, 3), "now.csv": users(batch, 100, 10) };
      const { details } = await check({ ...files, "mlops.yml": project("  cluster: user_id\n") });
      expect(details.cluster).toMatchObject({ column: "user_id", clusters: 100, rows: 1_000 });
      expect(details.repeats).toBeNull();
      flags += details.columns.filter(({ severity }) => severity === "warn" || severity === "severe").length;
      const without = await check({ ...files, "mlops.yml": project() });
      loose += without.details.columns.filter(
        ({ severity }) => severity === "warn" || severity === "severe",
      ).length;
      expect(without.details.repeats).toMatchObject({ column: "user_id", values: 100, rows: 1_000 });
      expect(JSON.stringify(without.document)).toContain("cluster: user_id");
      expect(without.details.retrain.decision).not.toBe("dispatch");
    }
    expect(flags).toBe(0);
    // What `cluster` is for: counted as independent, the same rows cry wolf.
    expect(loose).toBeGreaterThan(3);
  });
});

describe("what cannot be compared", () => {
  const rows = (header: string, row: (i: number) => string, n = 400) =>
    [header, ...Array.from({ length: n }, (_, i) => row(i))].join("\n");
  const then = rows("a,b", (i) => `${i % 97},x${i % 3}`);

  it("is said with the name that was meant", async () => {
    await expect(
      check({ "mlops.yml": project("  cluster: user\n"), "then.csv": then, "now.csv": then }),
    ).rejects.toMatchObject({
      code: "no-such-column",
      at: { file: "mlops.yml", line: 7 },
    });
    await expect(
      check({ "mlops.yml": project(), "then.csv": then, "now.csv": rows("c", (i) => `${i}`) }),
    ).rejects.toMatchObject({ code: "nothing-to-compare" });
  });

  it("is a severe change of schema where a named column holds other values, or is gone", async () => {
    const { details } = await check({
      "mlops.yml": project("  columns: [a, b]\n"),
      "then.csv": then,
      "now.csv": rows("a", (i) => `n${i % 97}`),
    });
    expect(details.columns).toMatchObject([
      { name: "a", severity: "severe", cause: "schema", schema: "an integer in the reference, a string now" },
      { name: "b", severity: "severe", cause: "schema", schema: "it is not there any more" },
    ]);
    expect(details.retrain).toMatchObject({ decision: "refused", why: "fix the data first" });
  });

  it("a constant that has become another is seen", async () => {
    const { details } = await check({
      "mlops.yml": project(),
      "then.csv": rows("yr,b", () => "0,x"),
      "now.csv": rows("yr,b", () => "1,x"),
    });
    expect(details.columns.find(({ name }) => name === "yr")).toMatchObject({
      severity: "severe",
      cause: "new-values",
    });
  });
});

describe("beyond the outermost value of the reference", () => {
  const rows = (value: (i: number) => number | string, n: number) =>
    ["a", ...Array.from({ length: n }, (_, i) => value(i))].join("\n");
  const moved = async (then: (i: number) => number | string, now: (i: number) => number | string) => {
    const files = { "then.csv": rows(then, 5_000), "now.csv": rows(now, 2_000) };
    const { details } = await check({ "mlops.yml": project("  columns: [a]\n"), ...files });
    return details.columns[0];
  };
  const mostly = (value: number) => (i: number) => (i % 100 < 92 ? value : ((i * 13) % 15_000) + 1);

  it.each([
    ["less than the least, which most have", mostly(0), mostly(-1)],
    ["more than the most", (i: number) => -mostly(0)(i), (i: number) => -mostly(-1)(i)],
    ["another day than the only one", () => "2026-01-01", () => "2026-01-02"],
    ["longer than the only length", (i: number) => `k${1_000 + i}`, (i: number) => `k${10_000 + i}`],
  ])("%s is a severe shift", async (_what, then, now) => {
    const found = await moved(then, now);
    expect(found).toMatchObject({ severity: "severe", cause: "shift" });
    expect(found?.distribution?.distance).toBeGreaterThan(0.9);
    expect(await moved(then, then)).toMatchObject({ severity: "quiet" });
  });

  it("lies what was multiplied with a factor that nobody knows exactly: a unit all the same", async () => {
    const counts = (factor: number) => (i: number) =>
      factor * (1 + Math.floor(((i * 7919) % 1_000) ** 2 / 1e5));
    expect(await moved(counts(1), (i) => counts(3.7)((i * 31) % 1_990))).toMatchObject({ cause: "unit" });
    expect(
      await moved(
        () => 5,
        () => 3,
      ),
    ).toMatchObject({ severity: "severe", cause: "new-values" });
  });
});
