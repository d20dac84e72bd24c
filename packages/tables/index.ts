export { type Cell, type CellsRequest, jointCells } from "./cells/cells.ts";
export { type DistinctRequest, distinct } from "./check/distinct.ts";
export { meanOf } from "./check/mean.ts";
export { conflicts, overlap } from "./check/overlap.ts";
export { refusePattern } from "./check/pattern.ts";
export type { Demand, Rule } from "./check/rule.ts";
export {
  type Breakable,
  brokenValues,
  columnsOf,
  keysOf,
  type SampleRequest,
  sampleBroken,
} from "./check/sample.ts";
export { type Fact, scan, type Told } from "./check/scan.ts";
export type { Declared } from "./check/value.ts";
export { type DiffRequest, diffRows, type RowDifference } from "./diff/diff.ts";
export { type DigestColumn, datasetDigest, rowDigest } from "./digest/digest.ts";
export { type DuckdbOptions, openDuckdb } from "./duckdb.ts";
export type { Group, Grouping } from "./grouping.ts";
export { type Moments, type MomentsRequest, moments } from "./moments/moments.ts";
export {
  type Counted,
  type Pairing,
  type PairRequest,
  pairRows,
  type Side,
  type SideCounts,
} from "./pair/pair.ts";
export { type CellCounts, type CellRequest, cellCounts, mostFar } from "./profile/cell-counts.ts";
export { isWithheld, type ProfiledTable, type ProfileRequest, profileOf } from "./profile/profile.ts";
export { type ColumnProfile, type Profile, profile, type TableProfile } from "./profile/shape.ts";
export { cast } from "./read/cast.ts";
export { makeFolder } from "./read/make-folder.ts";
export { presenceOf } from "./read/presence.ts";
export { openPlain } from "./read/stage.ts";
export { type AveragePrecision, averagePrecision } from "./scores/average-precision.ts";
export {
  type Calibration,
  type CalibrationBin,
  type CalibrationRequest,
  calibrationBins,
} from "./scores/calibration.ts";
export { type DelongSums, delongSums, type Placements } from "./scores/delong.ts";
export { type JointScore, type JointScores, jointScores } from "./scores/joint-scores.ts";
export {
  type ScorePoint,
  type ScoreTable,
  type ScoreTableRequest,
  scoreTable,
} from "./scores/score-table.ts";
export type { ScoresRequest } from "./scores/scored.ts";
export { conjunction, filter, identifier, literal } from "./sql.ts";
