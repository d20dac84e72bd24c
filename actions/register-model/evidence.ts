import { createHash } from "node:crypto";
import { type Evidence, evidenceOf, UserError } from "@mlops-actions/core";
import { z } from "zod";

const evaluation = evidenceOf("evaluate", z.unknown());

/** @throws UserError `input` for what is no digest */
export function readDigest(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new UserError("input", `The input \`evidence-digest\` is \`${text.slice(0, 80)}\`, not a SHA-256`, {
    remedy: "pass on what the evaluation has put out: `needs.evaluate.outputs.evidence-digest`",
  });
}

/**
 * The evaluation's evidence, where its bytes are those that the evaluating job has vouched for by its output. Its artifact is only a
 * place to look: any job of the run can write one of that name.
 *
 * @throws UserError `other-evidence` naming both digests, `unreadable-evidence`
 */
export function readEvidence(bytes: Uint8Array, digest: string): Evidence {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== digest)
    throw new UserError(
      "other-evidence",
      `The evidence of the evaluation is ${found}, its job has put out ${digest}`,
      {
        remedy:
          "run the evaluation again; where it stays so, find out which job writes an artifact of this name: nothing of it is believed",
      },
    );
  const read = evaluation.safeParse(jsonOf(bytes));
  if (read.success) return read.data;
  throw new UserError(
    "unreadable-evidence",
    "The evidence of the evaluation cannot be read as a statement of `evaluate`",
    {
      remedy: "evaluate and register with one version of mlops-actions",
      cause: read.error,
    },
  );
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
