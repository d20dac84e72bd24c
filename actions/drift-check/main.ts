import { fileURLToPath } from "node:url";
import { conduct, readInputs, secretsOf } from "@mlops-actions/runner";
import { checkHere } from "./check.ts";
import { inputs } from "./inputs.ts";

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const entries = { child: beside("./measuring-child.js"), supervisor: beside("./supervisor.js") };

process.exitCode = await conduct(secretsOf(inputs, process.env), () =>
  checkHere(readInputs(inputs, process.env), process.env, entries),
);
