import { fileURLToPath } from "node:url";
import { conduct, readInputs, secretsOf } from "@mlops-actions/runner";
import { gate } from "./gate.ts";
import { inputs } from "./inputs.ts";

const child = fileURLToPath(new URL("./measuring-child.js", import.meta.url));

process.exitCode = await conduct(secretsOf(inputs, process.env), () =>
  gate(readInputs(inputs, process.env), process.env, child),
);
