export { localLauncher } from "./local/launcher.ts";
export { type Section, section } from "./section.ts";
