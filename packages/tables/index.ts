export { type Cell, type CellsRequest, jointCells } from "./cells/cells.ts";
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
export { type DelongSums, delongSums, type Placements } from "./scores/delong.ts";
export type { ScoresRequest } from "./scores/scored.ts";
export { conjunction, filter, identifier, literal } from "./sql.ts";
