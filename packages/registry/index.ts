export type { RegistryOptions } from "./options.ts";
export { RECORD_COMMIT } from "./record/record-commit.ts";
export type { Refs, Tag, TagName } from "./refs.ts";
export { type Registry, registry } from "./registry.ts";
export type { Asset, Release, Releases } from "./releases.ts";
export type { ClaimedRun, Witness } from "./witness.ts";
