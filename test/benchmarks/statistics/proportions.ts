import {
  clopperPearson,
  drawBinomial,
  holmBounds,
  newcombe,
  promise,
  type Random,
  tango,
  wilson,
} from "@mlops-actions/statistics";
import type { Scenario } from "./scenario.ts";

const REPLICATIONS = 20_000;

export function proportions(): Scenario[] {
  const scenarios: Scenario[] = [];
  for (const n of [200, 1000, 20_000]) {
    for (const share of [0.01, 0.1, 0.5, 0.95]) {
      const one = { about: `share ${share}`, n, truth: share, replications: REPLICATIONS };
      scenarios.push(
        {
          ...one,
          method: "wilson",
          draw: (random) => ({
            confidence: wilson(drawBinomial(n, share, random), n),
            promise: promise("wilson", {}),
          }),
        },
        {
          ...one,
          method: "clopper-pearson",
          replications: REPLICATIONS / 4,
          draw: (random) => ({
            confidence: clopperPearson(drawBinomial(n, share, random), n),
            promise: promise("exact-binomial", {}),
          }),
        },
      );
    }
    for (const [discordance, difference] of [
      [0.02, 0],
      [0.02, -0.01],
      [0.1, 0],
      [0.1, -0.02],
      [0.3, -0.05],
    ] as const) {
      scenarios.push({
        method: "tango",
        about: `discordance ${discordance}, difference ${difference}`,
        n,
        truth: difference,
        replications: REPLICATIONS / 2,
        draw: (random) => {
          const discordant = drawBinomial(n, discordance, random);
          const help = drawBinomial(discordant, (1 + difference / discordance) / 2, random);
          return {
            confidence: tango({ help, harm: discordant - help, n }),
            promise: promise("tango", {}),
          };
        },
      });
    }
    for (const [first, second, share] of [
      [0.8, 0.8, 0.5],
      [0.95, 0.9, 0.1],
      [0.6, 0.65, 0.25],
    ] as const) {
      const size = Math.round(n * share);
      scenarios.push({
        method: "newcombe",
        about: `${first} of ${size} - ${second} of ${n - size}`,
        n,
        truth: first - second,
        replications: REPLICATIONS,
        draw: (random) => ({
          confidence: newcombe(
            { successes: drawBinomial(size, first, random), n: size },
            { successes: drawBinomial(n - size, second, random), n: n - size },
          ),
          promise: promise("newcombe", {}),
        }),
      });
    }
  }
  return [...scenarios, ...families()];
}

/** Eight groups, every one exactly on the limit or half of them beyond it: how often any bound is wrong. */
function families(): Scenario[] {
  const limit = 0.7;
  return [0, 4].flatMap((beyond) =>
    (["single-step", "holm"] as const).map((how) => ({
      method: "holm family",
      about: `8 groups of 300, ${beyond} beyond the limit, ${how}`,
      n: 2400,
      truth: 0,
      replications: 2000,
      draw: (random: Random) => {
        const shares = Array.from({ length: 8 }, (_, group) => (group < beyond ? 0.8 : limit));
        const groups = shares.map((share) => wilson(drawBinomial(300, share, random), 300));
        const bounds = holmBounds(groups, "low", 0.025, how === "holm" ? limit : undefined);
        const wrong = bounds.some((bound, group) => (bound ?? 0) > (shares[group] ?? 0));
        const high = holmBounds(groups, "high", 0.025, how === "holm" ? limit : undefined);
        const wrongHigh = high.some((bound, group) => (bound ?? 1) < (shares[group] ?? 0));
        // the family is the one quantity judged: "any bound wrong" is its error to that side
        const interval = { low: wrong ? 1 : -1, high: wrongHigh ? -1 : 1 };
        return {
          confidence: { estimate: 0, interval: () => interval, p: () => ({ below: 1, above: 1 }) },
          promise: { holds: true } as const,
        };
      },
    })),
  );
}
