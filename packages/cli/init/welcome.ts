import { listed } from "@mlops-actions/core";
import { printable } from "@mlops-actions/report";
import type { Answer } from "./answer.ts";
import type { Tried } from "./tried.ts";

const GUIDE = "https://github.com/mlops-actions/mlops-actions/blob/main";

/** Files as they are called from where `init` was started. */
export interface Files {
  written: readonly string[];
  /** Workflows that were there. */
  kept: readonly string[];
  /** Those of them that name the projects that they are about. */
  toName: readonly string[];
  /** The project's folder from the repository's root. */
  project: string;
}

/** What `init` says when it has written its files: what it took the data for, what it left out, and what only people can do. */
export function welcome({ proposal, leftOut }: Tried, files: Files): string {
  const { answer, key, margin, personal, run, strangeLabels, test } = proposal;
  const { written, kept, toName, project } = files;
  const hasWorkflows = [...written, ...kept].some((file) => file.includes(".github/workflows"));
  const ruled = Object.keys(proposal.columns).length;
  const lines = [
    `Wrote ${written.join(", ")}.`,
    ...(kept.length === 0 ? [] : [`Left as they are: ${kept.join(", ")}.`]),
    ...(toName.length === 0
      ? []
      : [`Name ${project} in ${toName.join(", ")}: they are about the projects that they name.`]),
    "",
    `It predicts ${answer.column}: ${taskOf(answer)}.`,
    ...(strangeLabels.length === 0
      ? []
      : [
          `Mend the test rows first: ${test?.file} has ${listed(strangeLabels, 5)} in ${answer.column}, which the training rows never have. No model could be right there.`,
        ]),
    key === undefined
      ? "No column names rows: a row is known by its values. Name one as `data.key` if there is one."
      : `Rows are named by ${key}.`,
    ruled === 1
      ? "1 column has rules that today's rows keep."
      : `${ruled} columns have rules that today's rows keep.`,
    ...(personal.length === 0
      ? []
      : [
          `No value of ${personal.join(", ")} is written down: they may be persons'. If they are not, add \`values\` yourself.`,
        ]),
    ...(leftOut.length === 0
      ? []
      : [`Left out, since today's rows do not keep it (look at them): ${leftOut.join(", ")}.`]),
    margin === undefined
      ? "Without test rows no model is judged: put some of the rows into a file of their own, and begin again with both: mlops-actions init TRAIN TEST."
      : `A model passes if ${margin.condition}: ${margin.because}.`,
    "",
    "Next",
    "  1. Read mlops.yml: it is a proposal. Whatever is wrong in it, you know better than the data.",
    `  2. Let \`${run}\` write out/model.onnx. It finds the rows in MLOPS_DATA_TRAIN; no package of ours is needed.`,
    ...(hasWorkflows
      ? [
          "     The workflows install its requirements.txt with Python 3.11: change them where it needs something else.",
        ]
      : []),
    `     What it may expect, and an example: ${GUIDE}/docs/models.md`,
    ...(test === undefined
      ? ["  3. Try it here: mlops-actions validate, then train."]
      : [
          "  3. Try it here: mlops-actions validate, then train and evaluate.",
          '  4. Commit, and open a pull request. Its rules are new, so it says "cannot tell"; merged, it makes the first version, and the next is compared with that.',
        ]),
    "",
    "In the repository's settings",
    "  - Require the check `mlops` before merging; whoever can change .github/ or mlops.yml decides what it means: name owners for both in CODEOWNERS.",
    "  - A tag ruleset for `*@v*` and `*#*`: restrict updates and deletions, not creations.",
    "  - An environment `production` with reviewers, and with the default branch as the only one that may deploy.",
  ];
  return `${lines.map((line) => printable(line)).join("\n")}\n`;
}

function taskOf(answer: Answer): string {
  switch (answer.task) {
    case "binary":
      return `binary, ${JSON.stringify(answer.positive)} is positive (${(100 * answer.share).toFixed(1)} % of the training rows)`;
    case "multiclass":
      return `multiclass, ${answer.classes.length} classes in the order ${answer.classes.join(", ")}`;
    case "regression":
      return "regression";
  }
}
