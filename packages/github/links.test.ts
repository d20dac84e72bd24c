import { expect, test } from "vitest";
import { githubLinks } from "./links.ts";
import { repositoryOf } from "./repository.ts";

const links = githubLinks({
  serverUrl: "https://github.example.com/",
  repo: repositoryOf("acme/models"),
  runId: 12,
  guide: "https://github.com/o/mlops-actions/blob/v1/docs/",
});

test("addresses are of the repository that the run works for, on whichever server", () => {
  expect(links.run).toBe("https://github.example.com/acme/models/actions/runs/12");
  expect(links.commit?.("abc")).toBe("https://github.example.com/acme/models/commit/abc");
  expect(links.file?.({ file: "a b/mlops.yml", line: 3 }, "abc")).toBe(
    "https://github.example.com/acme/models/blob/abc/a%20b/mlops.yml#L3",
  );
  expect(links.guide?.("errors")).toBe("https://github.com/o/mlops-actions/blob/v1/docs/errors.md");
});

test("a path cannot leave its place in an address", () => {
  const address = new URL(links.file?.({ file: "?x=#y" }, "a/b") ?? "");
  expect([address.search, address.hash, address.pathname]).toEqual([
    "",
    "",
    "/acme/models/blob/a%2Fb/%3Fx%3D%23y",
  ]);
});

test.each(["acme", "", "a/b/c", "a/b c", undefined])("%j is no repository", (name) => {
  expect(() => repositoryOf(name)).toThrow(expect.objectContaining({ code: "repository-unknown" }));
});
