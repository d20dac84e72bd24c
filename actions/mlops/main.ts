import { fileURLToPath } from "node:url";
import { UserError } from "@mlops-actions/core";
import { conduct, readInputs, secretsOf } from "@mlops-actions/runner";
import { gate } from "../evaluate-gate/gate.ts";
import { inputs } from "./inputs.ts";

const child = fileURLToPath(new URL("./measuring-child.js", import.meta.url));

process.exitCode = await conduct(secretsOf(inputs, process.env), () => {
  const { stages, project, token } = readInputs(inputs, process.env);
  const unknown = stages.find((stage) => stage !== "evaluate");
  if (unknown !== undefined || stages.length === 0)
    throw new UserError("input", `\`stages\` is ${JSON.stringify(stages.join(", "))}`, {
      remedy: "this version runs `evaluate`",
    });
  return gate({ project, token, candidate: undefined, comment: true, check: true }, process.env, child);
});
