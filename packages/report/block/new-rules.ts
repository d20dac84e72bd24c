import type { Block } from "@mlops-actions/core";

/** Told where a change brings the first rules of its model, by which it cannot pass. */
export const NEW_RULES: Block = {
  kind: "warning",
  text: [
    { strong: "The rules are new here" },
    ": the base has no ",
    { code: "mlops.yml" },
    " for this model. They count from the next change on.",
  ],
};
