import type { Confidence, Promised, Random } from "@mlops-actions/statistics";

/** One method in one population: what it says is compared with what is true. */
export interface Scenario {
  readonly method: string;
  readonly about: string;
  readonly n: number;
  /** The limit of the condition sits exactly here. */
  readonly truth: number;
  /** Replications of a full run, before the cost of one is taken into account. */
  readonly replications: number;
  readonly draw: (random: Random) => Drawn;
}

export interface Drawn {
  readonly confidence: Confidence;
  readonly promise: Promised;
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly replications: number;
  /** Share of replications in which the method claims its promise. */
  readonly claimed: number;
  /** Shares of the replications counted (the claimed ones, or all where hardly any is). */
  readonly above: number;
  readonly below: number;
  readonly counted: number;
}

export function simulate(scenario: Scenario, replications: number, random: Random): Outcome {
  const all = { n: 0, above: 0, below: 0 };
  const claimed = { n: 0, above: 0, below: 0 };
  for (let replication = 0; replication < replications; replication++) {
    const { confidence, promise } = scenario.draw(random);
    const { low, high } = confidence.interval(0.95);
    for (const tally of promise.holds ? [all, claimed] : [all]) {
      tally.n++;
      if (low !== null && low > scenario.truth) tally.above++;
      if (high !== null && high < scenario.truth) tally.below++;
    }
  }
  const tally = claimed.n * 2 >= all.n ? claimed : all;
  return {
    scenario,
    replications,
    claimed: claimed.n / all.n,
    above: tally.above / tally.n,
    below: tally.below / tally.n,
    counted: tally.n,
  };
}
