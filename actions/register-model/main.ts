import { fileURLToPath } from "node:url";
import { conduct, readInputs, secretsOf } from "@mlops-actions/runner";
import { inputs } from "./inputs.ts";
import { registerHere } from "./register.ts";

const child = fileURLToPath(new URL("./measuring-child.js", import.meta.url));

process.exitCode = await conduct(secretsOf(inputs, process.env), () =>
  registerHere(readInputs(inputs, process.env), process.env, child),
);
