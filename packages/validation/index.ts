export { type Details, details } from "./details.ts";
export { METRICS } from "./metrics.ts";
export { type Section, section } from "./section.ts";
export { validate } from "./stage.ts";
