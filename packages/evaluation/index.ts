export { type Section, section } from "./section.ts";
