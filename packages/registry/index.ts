export { RECORD_COMMIT } from "./record-commit.ts";
export type { Refs, Tag, TagName } from "./refs.ts";
export type { Asset, Release, Releases } from "./releases.ts";
export type { ClaimedRun, Witness } from "./witness.ts";
