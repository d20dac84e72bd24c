import type { Block, Subject } from "@mlops-actions/core";
import { formatValue } from "../number/value.ts";

/** Files and what their bytes are. @param title what the files are */
export function digestsBlock(title: string, files: readonly Subject[]): Block {
  return {
    kind: "table",
    columns: [
      { title, align: "left" },
      { title: "sha256", align: "left" },
    ],
    rows: files.map(({ name, digest }) => [[{ code: name }], [{ code: digest.sha256 }]]),
  };
}

/** Files with their sizes in bytes. */
export function filesBlock(files: readonly { name: string; size: number; sha256: string }[]): Block {
  return {
    kind: "table",
    columns: [
      { title: "file", align: "left" },
      { title: "size", align: "right" },
      { title: "sha256", align: "left" },
    ],
    rows: files.map(({ name, size, sha256 }) => [
      [{ code: name }],
      [formatValue(size, "byte")],
      [{ code: sha256 }],
    ]),
  };
}
