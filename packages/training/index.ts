export {
  beginCandidate,
  type Candidate,
  openCandidate,
  type Written,
  writeCandidate,
} from "./candidate.ts";
export { type Details, details } from "./details.ts";
export { fetchData } from "./fetch.ts";
export { codeOf } from "./inputs.ts";
export { localLauncher } from "./local/launcher.ts";
export { ownFolder } from "./outputs/output-path.ts";
export { type Section, section } from "./section.ts";
export { train } from "./stage.ts";
