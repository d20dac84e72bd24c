import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evidenceFiles, fieldsOf } from "./evidence.ts";

test.each([...evidenceFiles()])("%s is what the schemas say", async (file, text) => {
  expect(await readFile(join(import.meta.dirname, "..", file), "utf8")).toBe(text);
});

test("a field that is added to a schema appears in the page", () => {
  const page = fieldsOf({
    type: "object",
    properties: { added: { type: "string", description: "New." } },
  });
  expect(page).toContain("| `added?` | string | New. |");
});
