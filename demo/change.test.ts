import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readChange } from "./change.ts";
import { BRANCHES, readChanges } from "./example.ts";

const example = resolve(import.meta.dirname, "../examples/census-income");

test("a mail becomes a pull request: subject, paragraphs, author", () => {
  const mail = `From 0000 Mon Sep 17 00:00:00 2001
From: Ada Example <ada@example.com>
Date: Mon, 2 Mar 2026 09:12:00 +0000
Subject: [PATCH 1/2] A title that is
 folded

One
line.

Another.
---
 a.txt | 1 +
`;
  expect(readChange("better", "a-branch", mail)).toMatchObject({
    title: "A title that is folded",
    description: "One line.\n\nAnother.",
    author: { name: "Ada Example", email: "ada@example.com", login: "ada-example" },
    branch: "a-branch",
  });
  expect(() => readChange("better", "a-branch", mail.replace("Subject", "About"))).toThrow("Subject");
});

test("the branches are those of the example's README", async () => {
  const readme = await readFile(join(example, "README.md"), "utf8");
  for (const { name, branch } of await readChanges(example, BRANCHES))
    expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| \`${branch}\``));
});
