// How often stable columns are flagged, and drift is found, in batches of the census: alone, and where other columns do drift. Printed with their Monte-Carlo
// error. Run: node test/benchmarks/drift/false-alarms.ts [batches, default 300]
import { census, flagged } from "../../drift/census.ts";

const batches = Number(process.argv[2] ?? 300);
// Twenty columns: thirteen of the census, and normal ones that can be shifted.
await using on = await census(7);
const noise = Array.from({ length: 7 }, (_, at) => `noise${at}`);
const rounded = ["age", "education_num", "hours_per_week"];

/** What is selected of a batch where the first so many of these columns are shifted by 0.3 standard deviations. */
function shifted(count: number): { names: string[]; items: string } {
  const names = [...noise, ...rounded].slice(0, count);
  const sd: Record<string, number> = { age: 13.6, education_num: 2.6, hours_per_week: 12.3 };
  const moved = names.map((name) =>
    name in sd ? `CAST(round(${name} + 0.3 * ${sd[name]}) AS BIGINT) AS ${name}` : `${name} + 0.3 AS ${name}`,
  );
  return { names, items: count === 0 ? "*" : `* REPLACE (${moved.join(", ")})` };
}

const share = (part: number, of: number) =>
  of === 0
    ? "     –"
    : `${((part / of) * 100).toFixed(2).padStart(6)} ± ${((196 * Math.sqrt((part / of) * (1 - part / of))) / Math.sqrt(of)).toFixed(2)} %`;

console.log(`${on.columns.length} columns, ${batches} batches each; a shift is 0.3 standard deviations`);
for (const count of [0, 4, 10])
  for (const rows of count === 0 ? [100, 500, 1_000, 2_000] : [500, 1_000, 2_000]) {
    const { names, items } = shifted(count);
    let [false_, runs, found, severe, falselySevere] = [0, 0, 0, 0, 0];
    for (let seed = 1; seed <= batches; seed++) {
      const compared = await on.batch(seed, rows, items);
      const all = flagged(compared);
      const wrong = all.filter((name) => !names.includes(name));
      false_ += wrong.length;
      runs += Number(wrong.length > 0);
      found += all.filter((name) => noise.includes(name) && names.includes(name)).length;
      const worst = compared.columns.filter(({ severity }) => severity === "severe").map(({ name }) => name);
      severe += worst.filter((name) => noise.includes(name) && names.includes(name)).length;
      falselySevere += worst.filter((name) => !names.includes(name)).length;
    }
    const drifting = names.filter((name) => noise.includes(name)).length;
    console.log(
      `${String(count).padStart(2)} shifted, ${String(rows).padStart(5)} rows: stable columns flagged ${share(false_, batches * (on.columns.length - count))}, runs with one ${share(runs, batches)}, severe ${falselySevere}; shift found ${share(found, batches * drifting)}, severe ${share(severe, batches * drifting)}`,
    );
  }
