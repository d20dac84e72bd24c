import { createHash } from "node:crypto";
import { UserError } from "@mlops-actions/core";
import { describe, expect, it } from "vitest";
import { EVALUATION, readDigest, readEvidence } from "../job/evidence.ts";
import { requireRelease } from "../job/release.ts";
import { requireArtifact } from "./permitted.ts";

const digest = "a".repeat(64);
const sha = "c".repeat(40);
const codeOf = (work: () => unknown) => {
  try {
    work();
    return "fine";
  } catch (error) {
    return error instanceof UserError ? error.code : error;
  }
};

describe("a run that registers", () => {
  const run = { GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/main", GITHUB_SHA: sha };
  const judged = (over: object) =>
    codeOf(() =>
      requireRelease({ ...run, ...over }, { commit: sha, defaultBranch: "main", doing: "registered" }),
    );

  it("is of the default branch", () => {
    expect(judged({})).toBe("fine");
    expect(judged({ GITHUB_EVENT_NAME: "workflow_dispatch" })).toBe("fine");
    expect(judged({ GITHUB_EVENT_NAME: "schedule" })).toBe("fine");
    for (const ref of ["refs/heads/feature", "refs/tags/main", "refs/pull/1/merge", "main", ""])
      expect([ref, judged({ GITHUB_REF: ref })]).toEqual([ref, "other-branch"]);
  });

  it.each([
    "pull_request",
    "pull_request_target",
    "pull_request_review",
    "workflow_run",
    "issue_comment",
    "merge_group",
    "",
  ])("is not of the event `%s`", (event) =>
    expect(judged({ GITHUB_EVENT_NAME: event })).toBe("event-not-allowed"),
  );

  it("has its own commit checked out", () => {
    expect(judged({ GITHUB_SHA: "d".repeat(40) })).toBe("foreign-checkout");
    expect(judged({ GITHUB_SHA: undefined })).toBe("foreign-checkout");
  });
});

describe("the candidate", () => {
  it("comes from another job", () => {
    expect(codeOf(() => requireArtifact("folder"))).toBe("same-job");
    expect(codeOf(() => requireArtifact("artifact"))).toBe("fine");
  });
});

describe("evidence", () => {
  const fault = { code: "x", message: "y", remedy: "z" };
  const time = "2026-01-01T00:00:00Z";
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://mlops-actions.dev/evaluate/v1",
    subject: [],
    predicate: {
      project: { path: ".", model: "m" },
      policy: { commit: null, from: "working-tree", digest, changedHere: [] },
      materials: [],
      run: { commit: null, clean: true, tool: "mlops-actions 0.1.0", started: time, finished: time },
      outcome: { kind: "error", verdict: "error", fault },
    },
  };
  const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));
  const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

  it("is read where it is what its job has put out", () => {
    const bytes = bytesOf(statement);
    expect(readEvidence(EVALUATION, bytes, digestOf(bytes))).toEqual(statement);
  });

  it("is refused with both digests where another has written it", () => {
    const bytes = bytesOf({ ...statement, subject: [{ name: "model", digest: { sha256: digest } }] });
    const expected = digestOf(bytesOf(statement));
    expect(codeOf(() => readEvidence(EVALUATION, bytes, expected))).toBe("other-evidence");
    expect(() => readEvidence(EVALUATION, bytes, expected)).toThrow(
      new RegExp(`${digestOf(bytes)}.*${expected}`),
    );
  });

  it("of another stage, or none, is refused", () => {
    for (const value of [{ ...statement, predicateType: "https://mlops-actions.dev/train/v1" }, {}, "text"]) {
      const bytes = bytesOf(value);
      expect(codeOf(() => readEvidence(EVALUATION, bytes, digestOf(bytes)))).toBe("unreadable-evidence");
    }
    const broken = Buffer.from([0xff, 0xfe]);
    expect(codeOf(() => readEvidence(EVALUATION, broken, digestOf(broken)))).toBe("unreadable-evidence");
  });

  it("has a digest of 64 digits", () => {
    expect(readDigest(EVALUATION, digest)).toBe(digest);
    for (const text of ["", "sha256:", `sha256:${digest}`, "b".repeat(63)])
      expect(codeOf(() => readDigest(EVALUATION, text))).toBe("input");
  });
});
