export { askingAgain, type Registered } from "./ask-again.ts";
export {
  beginCandidate,
  type Candidate,
  openCandidate,
  type Written,
  writeCandidate,
} from "./candidate.ts";
export { type Details, details } from "./details.ts";
export { fetchData } from "./fetch.ts";
export { codeOf, type Inputs, inputsOf, madeBy } from "./inputs.ts";
export { askedToEnd } from "./local/asked-to-end.ts";
export { localLauncher } from "./local/launcher.ts";
export { type Section, section } from "./section.ts";
export { train } from "./stage.ts";
