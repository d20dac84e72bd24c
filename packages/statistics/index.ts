export type { Confidence, Interval, Sides } from "./confidence.ts";
export { debiased } from "./distance/debiased.ts";
export { dkwBound } from "./distance/dkw.ts";
export { homogeneity, homogeneityByDrawing } from "./distance/homogeneity.ts";
export { jensenShannon } from "./distance/jensen-shannon.ts";
export { kolmogorovSmirnov, kolmogorovSmirnovNull } from "./distance/kolmogorov-smirnov.ts";
export { mcdiarmidBound } from "./distance/mcdiarmid.ts";
export { type Novelty, novelty } from "./distance/novelty.ts";
export { populationStability } from "./distance/population-stability.ts";
export { shareChange } from "./distance/share-change.ts";
export { totalVariation, totalVariationNull } from "./distance/total-variation.ts";
export { effectiveSize, type TwoSamples } from "./distance/two-samples.ts";
export { wasserstein } from "./distance/wasserstein.ts";
export { type Bin, calibrationError } from "./interval/calibration-error.ts";
export { clopperPearson } from "./interval/clopper-pearson.ts";
export { fieller } from "./interval/fieller.ts";
export { logitDifference, logitInterval, type PairWithError, type Smallest } from "./interval/logit.ts";
export { mover } from "./interval/mover.ts";
export { newcombe, type Proportion } from "./interval/newcombe.ts";
export { proportion } from "./interval/proportion.ts";
export { quantileRanks, type Ranks } from "./interval/quantile-ranks.ts";
export { normalInterval, studentInterval, type WithError } from "./interval/student.ts";
export { wilson } from "./interval/wilson.ts";
export { benjaminiHochberg } from "./multiplicity/benjamini-hochberg.ts";
export { holm, holmBounds, holmLevel } from "./multiplicity/holm.ts";
export {
  averagePrecisionReplicates,
  type PlacedRows,
  type PrecisionPair,
} from "./paired/average-precision.ts";
export { type Blocked, blockedDifference, blockedRatio, quantileOf } from "./paired/blocks.ts";
export { cellBootstrap, type Resampled } from "./paired/cell-bootstrap.ts";
export { type ByClass, delong, type PairedPlacements, type Placements } from "./paired/delong.ts";
export {
  deltaJoint,
  deltaMeans,
  deltaMeansJoint,
  type Joint,
  type Means,
  type OfCells,
} from "./paired/delta.ts";
export { type DeltaError, deltaCells, deltaError, deltaRatio } from "./paired/delta-cells.ts";
export { mcnemar } from "./paired/mcnemar.ts";
export { POISSON1_CDF, poisson1, poissonBootstrap, type Replicated } from "./paired/poisson-bootstrap.ts";
export { type Mean, pairedMean } from "./paired/t.ts";
export { type Discordance, tango } from "./paired/tango.ts";
export { type MoreRows, moreRows, type Undecided } from "./power/more-rows.ts";
export { type Counts, type Method, type Promised, promise } from "./promise.ts";
export { drawBinomial } from "./random/binomial.ts";
export { seedFromDigest, splitmix64 } from "./random/splitmix64.ts";
export { type Random, xoshiro256 } from "./random/xoshiro256.ts";
export { asymptoticSequence } from "./sequential/asymptotic-sequence.ts";
export {
  conditionalRatio,
  eventsToDecide,
  logEvidence,
  type SplitEvents,
} from "./sequential/conditional-ratio.ts";
export { type SplitUnits, sampleRatioEvidence } from "./sequential/sample-ratio.ts";
