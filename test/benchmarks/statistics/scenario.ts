import type { Confidence, Promised, Random } from "@mlops-actions/statistics";

/** One method in one population: what it says is compared with what is true. */
export interface Scenario {
  readonly method: string;
  readonly about: string;
  readonly n: number;
  /** The limit of the condition sits exactly here. */
  readonly truth: number;
  /** Samples of a full run. */
  readonly replications: number;
  readonly draw: (random: Random) => Drawn;
}

export interface Drawn {
  readonly confidence: Confidence;
  readonly promise: Promised;
}

/** Shares of the samples whose whole interval lies above, or below, the truth. */
export interface Errors {
  readonly above: number;
  readonly below: number;
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly replications: number;
  /** Share of samples in which the method claims its promise. */
  readonly claimed: number;
  readonly all: Errors;
  /** Wrong, and claimed: only these can become a false verdict, as without the promise none is given. */
  readonly told: Errors;
}

export function simulate(scenario: Scenario, replications: number, random: Random): Outcome {
  const counts = { claimed: 0, above: 0, below: 0, toldAbove: 0, toldBelow: 0 };
  for (let replication = 0; replication < replications; replication++) {
    const { confidence, promise } = scenario.draw(random);
    const { low, high } = confidence.interval(0.95);
    const above = low !== null && low > scenario.truth;
    const below = high !== null && high < scenario.truth;
    if (above) counts.above++;
    if (below) counts.below++;
    if (!promise.holds) continue;
    counts.claimed++;
    if (above) counts.toldAbove++;
    if (below) counts.toldBelow++;
  }
  const share = (count: number) => count / replications;
  return {
    scenario,
    replications,
    claimed: share(counts.claimed),
    all: { above: share(counts.above), below: share(counts.below) },
    told: { above: share(counts.toldAbove), below: share(counts.toldBelow) },
  };
}
