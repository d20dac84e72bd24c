import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { METRICS } from "@mlops-actions/evaluation";
import { expect, test } from "vitest";
import { referencePage } from "./reference.ts";

test("the reference is what registry and schema say", async () => {
  expect(await readFile(join(import.meta.dirname, "../docs/reference.md"), "utf8")).toBe(referencePage());
});

test("every metric stands in the reference", () => {
  for (const { name } of METRICS) expect(referencePage()).toContain(`| \`${name}`);
});
