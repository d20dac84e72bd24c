import type { Block, Subject } from "@mlops-actions/core";

/** Files and what their bytes are. */
export function digests(title: string, list: readonly Subject[]): Block {
  return {
    kind: "table",
    columns: [
      { title, align: "left" },
      { title: "sha256", align: "left" },
    ],
    rows: list.map(({ name, digest }) => [[{ code: name }], [{ code: digest.sha256 }]]),
  };
}
