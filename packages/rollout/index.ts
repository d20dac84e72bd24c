export { type Details, details } from "./details.ts";
export { document } from "./document.ts";
export { type Section, secondsOf, section } from "./section.ts";
export { environmentOf, type RollingOut, rollingOut } from "./stage.ts";
export { openTraffic, type Reach } from "./traffic/open.ts";
export { watching } from "./watching.ts";
