// How often rollouts end as they should, and after how many requests. `--quick`: 100 equal canaries in place of 1,000.
import { type Simulated, simulate } from "../../rollout/simulated.ts";

const QUICK = process.argv.includes("--quick");
const RATE = 0.01;

interface Question {
  what: string;
  runs: number;
  ratio: number;
  requests: number;
  holds(ends: readonly Simulated[]): boolean;
}

const share = (ends: readonly Simulated[], end: string) =>
  ends.filter((one) => one.end === end).length / ends.length;

const QUESTIONS: readonly Question[] = [
  {
    what: "equal, promoted in at least 95 of 100",
    runs: 100,
    ratio: 1,
    requests: 40_000,
    holds: (ends) => share(ends, "live") >= 0.95,
  },
  {
    what: "twice the errors, rolled back in at least 95 of 100",
    runs: 100,
    ratio: 2,
    requests: 40_000,
    holds: (ends) =>
      share(ends, "harm") >= 0.95 && ends.every(({ end, share }) => end !== "harm" || share === 0),
  },
  {
    what: "equal, rolled back in at most 5 of 100",
    runs: QUICK ? 100 : 1_000,
    ratio: 1,
    requests: 40_000,
    holds: (ends) => share(ends, "harm") <= 0.05,
  },
  {
    what: "with 5,000 requests nobody can tell, and it stays at its step",
    runs: 100,
    ratio: 1,
    requests: 5_000,
    // A false alarm is one here too. A step may end without proof; the last one, to all requests, may not.
    holds: (ends) =>
      share(ends, "open") >= 0.95 &&
      ends.every(({ end, share }) => end === "harm" || (end === "open" && share > 0 && share < 1)),
  },
];

for (const [i, { what, runs, ratio, requests, holds }] of QUESTIONS.entries()) {
  const ends: Simulated[] = [];
  for (let run = 0; run < runs; run++)
    ends.push(await simulate({ seed: 100_000 * (i + 1) + run, ratio, requests, rate: RATE }));
  const sent = ends.map((one) => one.requests).sort((a, b) => a - b);
  const at = (part: number) => sent[Math.min(sent.length - 1, Math.floor(part * sent.length))];
  const kinds = [...new Set(ends.map(({ end }) => end))].sort();
  const said = kinds.map((end) => `${end} ${(100 * share(ends, end)).toFixed(1)} %`).join(", ");
  const isSo = holds(ends);
  console.log(
    `${isSo ? "yes" : "NO "} ${what}: ${said}; requests median ${at(0.5)}, 95 % ${at(0.95)} (${runs} runs)`,
  );
  if (!isSo) process.exitCode = 1;
}
