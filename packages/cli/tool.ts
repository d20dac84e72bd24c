import manifest from "../../package.json" with { type: "json" };

/** Name and version, as the evidence has it. */
export const TOOL = `mlops-actions ${manifest.version}`;
