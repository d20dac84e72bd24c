export { type Details, details } from "./details.ts";
export { METRICS } from "./metric/registry.ts";
export { type Section, section } from "./section.ts";
export { whichOf } from "./side/baseline.ts";
export { evaluate } from "./stage.ts";
