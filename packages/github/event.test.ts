import { UserError } from "@mlops-actions/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvent } from "./event.ts";

const base = "a".repeat(40);
const head = "b".repeat(40);
function pull(more: object = {}) {
  return {
    number: 7,
    repository: { id: 1, default_branch: "main" },
    pull_request: {
      number: 7,
      draft: false,
      base: { sha: base, ref: "main", repo: { id: 1 } },
      head: { sha: head, ref: "$(touch x)", repo: { id: 1 } },
      ...more,
    },
  };
}
function read(name: string, payload: unknown) {
  return readEvent(name, JSON.stringify(payload));
}

test("a pull request of the same repository", () => {
  expect(read("pull_request", pull())).toEqual({
    kind: "pull-request",
    number: 7,
    base: { sha: base, ref: "main" },
    head: { sha: head, ref: "$(touch x)", repositoryId: 1 },
    fork: false,
    draft: false,
    privileged: false,
    repositoryId: 1,
    defaultBranch: "main",
  });
});

test.each([
  ["another repository", { id: 2 }],
  ["a repository that is gone", null],
])("a head in %s is a fork", (_, repo) => {
  expect(read("pull_request", pull({ head: { sha: head, ref: "x", repo } }))).toMatchObject({ fork: true });
});

test("`pull_request_target` has rights although the code is a stranger's", () => {
  expect(read("pull_request_target", pull())).toMatchObject({ privileged: true });
});

test("a retrain names its model, the issue that waits, and the check that has asked for it", () => {
  const asked = { model: "churn", issue: 3, run: 42, "evidence-digest": "d".repeat(64) };
  const event = (client_payload: object) => ({
    action: "mlops-retrain",
    repository: { id: 1 },
    client_payload,
  });
  const dispatched = (payload: object) => read("repository_dispatch", event(payload));
  expect(dispatched(asked)).toEqual({
    kind: "retrain",
    model: "churn",
    issue: 3,
    cause: { run: 42, digest: "d".repeat(64) },
    repositoryId: 1,
  });
  expect(dispatched({ model: "churn" })).toMatchObject({ issue: null, cause: null });
  expect(() => dispatched({ ...asked, "evidence-digest": "../x" })).toThrow(UserError);
  expect(read("repository_dispatch", { ...event(asked), action: "other" })).toMatchObject({ kind: "other" });
});

test("a push, a dispatch, and what nobody asked about", () => {
  expect(read("push", { after: head, ref: "refs/heads/main", repository: { id: 1 } })).toMatchObject({
    kind: "push",
    before: undefined,
    sha: head,
  });
  const pushed = { after: head, ref: "refs/heads/main", repository: { id: 1 } };
  expect(read("push", { ...pushed, before: base })).toMatchObject({ before: base });
  expect(read("push", { ...pushed, before: "0".repeat(40) })).toMatchObject({ before: undefined });
  expect(read("workflow_dispatch", { ref: "refs/heads/main", repository: { id: 1 } })).toMatchObject({
    kind: "dispatch",
  });
  expect(read("schedule", {})).toEqual({ kind: "other", name: "schedule" });
});

test.each([
  ["a number that is a text", pull({ number: "7" })],
  ["a commit that is an option", pull({ base: { sha: "--upload-pack=x", ref: "main", repo: { id: 1 } } })],
  ["nothing", {}],
  ["null", null],
  ["a list", []],
])("%s is refused", (_, payload) => {
  expect(() => read("pull_request", payload)).toThrow(expect.objectContaining({ code: "event-unreadable" }));
});

test("no text makes it throw anything but an error the user can read", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        readEvent("pull_request", text);
      } catch (error) {
        expect(error).toMatchObject({ code: "event-unreadable" });
      }
    }),
  );
});

test("the end of another run, a fork's or one of a branch that is gone", () => {
  const run = { id: 5, run_attempt: 2, event: "pull_request", head_sha: head, head_branch: "x" };
  const from = { id: 2, owner: { login: "eve" } };
  const ended = (more: object) =>
    read("workflow_run", { repository: { id: 1 }, workflow_run: { ...run, ...more } });
  expect(ended({ head_repository: from })).toEqual({
    kind: "workflow-run",
    runId: 5,
    attempt: 2,
    event: "pull_request",
    head: { sha: head, branch: "x", repository: { id: 2, owner: "eve" } },
    repositoryId: 1,
  });
  expect(ended({ head_repository: null, head_branch: null })).toMatchObject({
    head: { branch: null, repository: null },
  });
  expect(() => ended({ head_repository: from, id: "5" })).toThrow(UserError);
});
