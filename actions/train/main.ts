import { fileURLToPath } from "node:url";
import { conduct, readInputs } from "@mlops-actions/runner";
import { inputs } from "./inputs.ts";
import { trainHere } from "./train.ts";

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const entries = { child: beside("./measuring-child.js"), supervisor: beside("./supervisor.js") };

process.exitCode = await conduct([], async () => {
  const told = { ...readInputs(inputs, process.env), trusted: false };
  return (await trainHere(told, process.env, entries)).exit;
});
