import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { profile } from "@mlops-actions/tables";
import { temporaryFolder } from "@mlops-actions/testkit";
import fc from "fast-check";
import { expect, it } from "vitest";
import { plainRegistry } from "./plain-registry.ts";
import { candidate, detailsOf, register } from "./scene.ts";

const PROJECT = `model: census-income
task: binary
data:
  test: data/test.csv
  key: id
  label: { column: income, positive: "yes" }
evaluate:
  candidate: { predictions: predictions/candidate.csv, score: score }
  primary: accuracy >= 0.5
  guardrails: ['worst(accuracy by city) >= 1%']
  slices: [city]
  min_rows: 1
`;

/** A project in whose test rows so many people live in each city; every third is an error of the model. */
function project(sizes: readonly number[]): Record<string, () => string> {
  const cities = sizes.flatMap((size, at) => Array.from({ length: size }, () => cityOf(at)));
  const rows = [...cities, ...Array.from({ length: 300 }, () => "everywhere")];
  return {
    "mlops.yml": () => PROJECT,
    "data/test.csv": () =>
      ["id,city,income", ...rows.map((city, at) => `k${at},${city},${at % 2 === 0 ? "yes" : "no"}`)].join(
        "\n",
      ),
    "predictions/candidate.csv": () =>
      ["id,score", ...rows.map((_, at) => `k${at},${(at % 2 === 0) === (at % 3 > 0) ? 0.9 : 0.1}`)].join(
        "\n",
      ),
  };
}

it("holds values only of what the model takes, the label and what the rules name; a person's name is none of these", async () => {
  await using folder = await temporaryFolder("privacy");
  const line = (at: number) =>
    [`k${at}`, `city-${at % 2}`, at % 2 === 0 ? "yes" : "no", at % 50, `job-${at % 3}`, `pet-${at % 3}`].join(
      ",",
    );
  const persons = (at: number) =>
    [
      at % 2 === 0 ? "Anna Smith" : "Bob Jones",
      1990 + (at % 5),
      `2026-01-0${1 + (at % 5)}`,
      `away-${at % 80}`,
    ].join(",");
  const rows = Array.from({ length: 400 }, (_, at) => `${line(at)},${persons(at)}`);
  const made = await candidate(folder.path, {
    change: {
      ...project([]),
      "mlops.yml": () =>
        PROJECT.replace(
          "  key: id\n",
          "  key: id\n  columns: { job: { values: [job-0, job-1, job-2] } }\n",
        ).replace("'worst(accuracy by city) >= 1%'", "'accuracy[pet = \"pet-1\"] >= 1%'"),
      "data/test.csv": () => ["id,city,income,age,job,pet,name,born,met,note", ...rows].join("\n"),
      "predictions/candidate.csv": () =>
        ["id,score", ...rows.map((_, at) => `k${at},${at % 2 === 0 ? 0.9 : 0.1}`)].join("\n"),
    },
  });
  const into = join(folder.path, "out");
  expect(detailsOf(await register(made, await plainRegistry(folder.path), into)).version).toBe("1.0.0");
  const text = await readFile(join(into, "profile.json"), "utf8");
  const { columns } = profile.parse(JSON.parse(text)).reference;
  const of = (name: string) => columns.find((one) => one.name === name);
  for (const [column, value] of Object.entries({ city: "city-1", income: "yes", job: "job-2", pet: "pet-1" }))
    expect(of(column), column).toMatchObject({
      values: expect.arrayContaining([{ value, count: expect.any(Number) }]),
    });
  expect(of("age")).toMatchObject({ mean: 24.5 });
  const other = { distinct: 2, count: 400, singletons: 0 };
  expect(of("name")).toMatchObject({
    type: "string",
    presence: { rows: 400, missing: 0 },
    values: [],
    other,
    lengths: null,
  });
  expect(of("born")).toMatchObject({
    type: "integer",
    edges: [],
    counts: [400],
    mean: null,
    sd: null,
    ends: null,
  });
  expect(of("met")).toMatchObject({ type: "date", edges: [], counts: [400] });
  expect(of("note")).toMatchObject({ values: [], lengths: null });
  expect(text).not.toMatch(/Anna|Smith|199\d|2026-01/);
});

const cityOf = (at: number) => `city-${String(at).padStart(3, "0")}`;

it("names no value of fewer than ten rows, and none of a column of more than fifty, in profile or card", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(sizes, async (sizes) => {
      await using folder = await temporaryFolder("privacy");
      const made = await candidate(folder.path, { change: project(sizes) });
      const into = join(folder.path, "out");
      const said = await register(made, await plainRegistry(folder.path), into);
      expect(detailsOf(said).version).toBe("1.0.0");
      const texts = await Promise.all(
        ["profile.json", "card.md"].map((name) => readFile(join(into, name), "utf8")),
      );
      const isNamed = (at: number) => texts.map((text) => text.includes(cityOf(at)));
      for (const [at, size] of sizes.entries()) {
        const expected = size >= 10 && sizes.length < 50;
        expect([at, size, ...isNamed(at)]).toEqual([at, size, expected, expected]);
      }
    }),
    {
      numRuns: 6,
      examples: [[Array.from({ length: 49 }, () => 10)], [Array.from({ length: 50 }, () => 10)]],
    },
  );
});
