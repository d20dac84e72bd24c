import type { Element } from "hast";
import { h } from "hastscript";
import type { ChangedFile } from "../conversation.ts";

/** A changed file as GitHub shows it; what the project calls generated stays closed. */
export function fileDiff(file: ChangedFile, isGenerated: boolean): Element {
  const head = h("div.file", [
    h("code", file.path),
    h("span.counts", [
      h("span.added", `+${file.additions.toLocaleString("en-US")}`),
      " ",
      h("span.removed", `−${file.deletions.toLocaleString("en-US")}`),
    ]),
  ]);
  const body =
    isGenerated || file.patch === undefined
      ? h("p.muted.closed", "Some generated files are not rendered by default.")
      : h("div.scroll", h("table.diff", h("tbody", linesOf(file.patch))));
  return h("section.box", [head, body]);
}

const KIND: Readonly<Record<string, string>> = { "@": "hunk", "+": "added", "-": "removed", " ": "context" };

function linesOf(patch: string): Element[] {
  let before = 0;
  let after = 0;
  return patch.split("\n").map((line) => {
    const kind = KIND[line.charAt(0)] ?? "context";
    const [, from, to] = /^@@ -(\d+)\S* \+(\d+)/.exec(line) ?? [];
    if (from !== undefined && to !== undefined) {
      before = Number(from);
      after = Number(to);
      return h("tr.hunk", [h("td"), h("td"), h("td", line)]);
    }
    const numbers = [kind === "added" ? "" : String(before++), kind === "removed" ? "" : String(after++)];
    return h("tr", { className: [kind] }, [
      ...numbers.map((number) => h("td.number", number)),
      h("td", line),
    ]);
  });
}
