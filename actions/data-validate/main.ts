import { fileURLToPath } from "node:url";
import { conduct, readInputs, secretsOf } from "@mlops-actions/runner";
import { inputs } from "./inputs.ts";
import { validateHere } from "./validate.ts";

const child = fileURLToPath(new URL("./measuring-child.js", import.meta.url));

process.exitCode = await conduct(secretsOf(inputs, process.env), async () => {
  const told = readInputs(inputs, process.env);
  return (await validateHere(told, process.env, child)).exit;
});
