import { conduct, readInputs, secretsOf } from "@mlops-actions/runner";
import { deployHere } from "./deploy.ts";
import { inputs } from "./inputs.ts";

process.exitCode = await conduct(secretsOf(inputs, process.env), () =>
  deployHere(readInputs(inputs, process.env), process.env),
);
