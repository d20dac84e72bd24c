export { actionsCache, type SharedCache } from "./actions-cache.ts";
export { nativeFromNodeModules } from "./development.ts";
export { duckdbLock } from "./duckdb-lock.ts";
export { loadNative } from "./load.ts";
export { type NativesLock, nativesLock } from "./lock.ts";
export { type Measuring, measuringTables } from "./measuring.ts";
export { type Platform, platformOf } from "./platform.ts";
export type { Registry } from "./registry.ts";
export { type Natives, type NativesOptions, resolveNatives } from "./resolve.ts";
