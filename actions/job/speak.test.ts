import { readEvent } from "@mlops-actions/github";
import { expect, test } from "vitest";
import { checkName } from "./speak.ts";

const sha = "a".repeat(40);
const into = (ref: string, defaultBranch?: string) =>
  readEvent(
    "pull_request",
    JSON.stringify({
      number: 7,
      repository: { id: 1, ...(defaultBranch && { default_branch: defaultBranch }) },
      pull_request: {
        number: 7,
        base: { sha, ref, repo: { id: 1 } },
        head: { sha, ref: "x", repo: { id: 1 } },
      },
    }),
  );

test("the required name is for the rules of the default branch alone", () => {
  expect(checkName({ event: into("main", "main") }, "census")).toBe("mlops / census");
  expect(checkName({ event: into("stale", "main") }, "census")).toBe("mlops / census (into stale)");
  expect(checkName({ event: into("main") }, "census")).toBe("mlops / census");
  expect(checkName({ event: { kind: "other", name: "schedule" } }, "census")).toBe("mlops / census");
});
