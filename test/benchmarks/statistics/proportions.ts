import {
  clopperPearson,
  drawBinomial,
  holmBounds,
  mover,
  newcombe,
  promise,
  proportion,
  type Random,
  tango,
  wilson,
} from "@mlops-actions/statistics";
import type { Scenario } from "./scenario.ts";

const REPLICATIONS = 20_000;

export function proportions(): Scenario[] {
  const scenarios: Scenario[] = [];
  for (const n of [200, 1000, 20_000]) {
    for (const share of [0.001, 0.01, 0.1, 0.5, 0.95]) {
      const one = { about: `share ${share}`, n, truth: share, replications: REPLICATIONS };
      scenarios.push(
        {
          ...one,
          method: "wilson",
          draw: (random) => {
            const successes = drawBinomial(n, share, random);
            return {
              confidence: wilson(successes, n),
              promise: promise("wilson", { classes: { successes, failures: n - successes } }),
            };
          },
        },
        {
          ...one,
          method: "proportion",
          draw: (random) => ({
            confidence: proportion(drawBinomial(n, share, random), n),
            promise: promise("exact-binomial", {}),
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
      const population = {
        about: `${first} of ${size} - ${second} of ${n - size}`,
        n,
        truth: first - second,
        replications: REPLICATIONS / 2,
      };
      const counted = (random: Random) => {
        const [a, b] = [drawBinomial(size, first, random), drawBinomial(n - size, second, random)];
        return {
          a,
          b,
          classes: {
            "successes of a": a,
            "failures of a": size - a,
            "successes of b": b,
            "failures of b": n - size - b,
          },
        };
      };
      scenarios.push(
        {
          ...population,
          method: "newcombe",
          draw: (random) => {
            const { a, b, classes } = counted(random);
            return {
              confidence: newcombe({ successes: a, n: size }, { successes: b, n: n - size }),
              promise: promise("newcombe", { classes }),
            };
          },
        },
        {
          ...population,
          method: "mover of proportions",
          replications: REPLICATIONS / 4,
          draw: (random) => {
            const { a, b } = counted(random);
            return {
              confidence: mover(proportion(a, size), proportion(b, n - size)),
              promise: promise("exact-binomial", {}),
            };
          },
        },
      );
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
        const wrong = bounds.some((bound, group) => (bound ?? 0) >= (shares[group] ?? 0));
        const high = holmBounds(groups, "high", 0.025, how === "holm" ? limit : undefined);
        const wrongHigh = high.some((bound, group) => (bound ?? 1) <= (shares[group] ?? 0));
        // a rejected member is bounded by the limit itself, open: to touch the truth is to be wrong
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
