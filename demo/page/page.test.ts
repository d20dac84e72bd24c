import { toHtml } from "hast-util-to-html";
import { expect, test } from "vitest";
import { checkBox } from "./check.ts";
import { fileDiff } from "./diff.ts";
import { commentHtml } from "./markdown.ts";

test("a comment is shown as GitHub shows it: tables, line breaks, no markers, no scripts", () => {
  const html = toHtml(
    commentHtml("<!-- mark -->\none\ntwo\n\n|a|b|\n|-|-:|\n|1|2|\n\n<script>alert(1)</script>"),
  );
  expect(html).toContain("one<br>");
  expect(html).toContain('<td align="right">2</td>');
  expect(html).not.toMatch(/script|mark/);
});

test("a diff numbers the lines of both sides", () => {
  const patch = "@@ -4,2 +4,2 @@ def f():\n a\n-b <i>\n+c";
  const html = toHtml(fileDiff({ path: "train.py", additions: 1, deletions: 1, patch }, false));
  const rows = [...html.matchAll(/<tr class="(\w+)">(.*?)<\/tr>/g)].map(([, kind, cells = ""]) => [
    kind,
    ...[...cells.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text),
  ]);
  expect(rows).toEqual([
    ["hunk", "", "", "@@ -4,2 +4,2 @@ def f():"],
    ["context", "4", "4", " a"],
    ["removed", "5", "", "-b &#x3C;i>"],
    ["added", "", "5", "+c"],
  ]);
});

test.each([
  [["success"], "All checks have passed", "1 successful check"],
  [["neutral"], "All checks have passed", "1 neutral check"],
  [["failure"], "All checks have failed", "1 failing check"],
  [
    ["success", "success", "failure"],
    "Some checks were not successful",
    "1 failing check, 2 successful checks",
  ],
])("checks %j: %s", (conclusions, heading, counts) => {
  const html = toHtml(
    checkBox(conclusions.map((conclusion) => ({ name: "c", conclusion, title: "t", url: "" }))),
  );
  expect(html).toContain(`<strong>${heading}</strong>`);
  expect(html).toContain(`>${counts}<`);
});
