import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
