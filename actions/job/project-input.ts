import type { InputSpecs } from "@mlops-actions/runner";

/** The input that every action of one project has. */
export const project = {
  description: "Folder with the `mlops.yml`, from the repository's root.",
  as: "path",
  default: ".",
} as const satisfies InputSpecs[string];
