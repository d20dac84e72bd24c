import { createHash } from "node:crypto";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  checkoutMerge,
  type Files,
  type GitHubBox,
  type GitRepository,
  gitRepository,
  openPullRequest,
  personToken,
  push,
  type RunEvent,
  runAction,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { openCandidate } from "@mlops-actions/training";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildInto, REPOSITORY } from "../terminal/command.ts";
import { ONNX, project } from "./scene.ts";

let action: Awaited<ReturnType<typeof temporaryFolder>>;
let box: GitHubBox;
let repository: GitRepository;
const JOB = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

beforeAll(async () => {
  action = await temporaryFolder("action");
  await buildInto(action.path);
  await mkdir(join(action.path, "actions"));
  await cp(join(REPOSITORY, "actions/train/action.yml"), join(action.path, "actions/train/action.yml"));
  box = await startGitHub({
    tokens: { ada: personToken("ada"), [JOB]: workflowToken({ contents: "read" }) },
  });
  repository = await gitRepository(
    project(
      `${ONNX}; echo trained`,
      { "docs/a.md": "1", "models/.keep": "" },
      { "data:\n": "paths: [train.sh]\ndata:\n" },
    ),
  );
  await push(box, repository, { token: "ada" });
}, 120_000);
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
  await box.stop();
  await action[Symbol.asyncDispose]();
});

let branches = 0;
async function run(
  files: Files,
  more: {
    env?: Record<string, string | undefined>;
    event?: (payload: RunEvent["payload"]) => RunEvent;
    depth?: number;
    artifacts?: boolean;
    attempt?: number;
  } = {},
) {
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  const branch = `change-${++branches}`;
  await repository.commit(files, { branch });
  const pull = await openPullRequest(box, repository, { token: "ada", branch });
  const workspace = await checkoutMerge(box, pull, { depth: more.depth ?? 2 });
  const event = more.event?.(pull.event) ?? { name: "pull_request", payload: pull.event };
  const result = await runAction({
    action: join(action.path, "actions/train"),
    workspace: workspace.path,
    event,
    box,
    token: JOB,
    runId: 5_000 + branches,
    attempt: more.attempt ?? 1,
    env: {
      MLOPS_NATIVES: REPOSITORY,
      ...(!more.artifacts && { ACTIONS_RESULTS_URL: undefined }),
      ...more.env,
    },
  });
  return { ...result, workspace, pull };
}

describe("the action `train`", () => {
  it("trains a pull request, says so in the summary, and names its candidate by digest", async () => {
    const done = await run(
      {
        "train.sh": `${ONNX}; echo "::add-mask::trained"; env | grep -c -e GITHUB -e ACTIONS -e INPUT; tr '\\0' '\\n' < /proc/$PPID/environ | grep -c TOKEN; true`,
      },
      { artifacts: true },
    );
    expect(done).toMatchObject({ exitCode: 0, environment: {}, path: [] });
    expect(done.maskedValues).not.toContain("trained");
    const folder = join(done.workspace.path, ".mlops/candidate");
    const evidence = await readFile(join(folder, "train.intoto.json"));
    const digest = createHash("sha256").update(evidence).digest("hex");
    expect(done.outputs).toMatchObject({
      verdict: "pass",
      candidate: `mlops-candidate-churn@sha256:${digest}`,
      "evidence-digest": digest,
      "manifest-digest": createHash("sha256")
        .update(await readFile(join(folder, "manifest.json")))
        .digest("hex"),
    });
    const opened = await openCandidate(folder, digest);
    expect(opened.evidence.predicate.run).toMatchObject({
      commit: done.pull.head.sha,
      github: { event: "pull_request" },
    });
    expect(opened.details).toMatchObject({ isolation: "own-job" });
    expect(opened.manifest.training.commit).toBe(done.pull.head.sha);
    expect(done.summary).toContain("model.onnx");
    // Neither the command nor its parent has anything of the job's rights.
    expect(done.stdout.split("\n").filter((line) => line === "0")).toHaveLength(2);
    expect(done.stdout + done.stderr + done.summary).not.toContain(JOB);
  });

  it("ends with 3 and the last lines where the script fails, without a candidate", async () => {
    const done = await run({ "train.sh": "echo why; exit 7" });
    expect(done).toMatchObject({
      exitCode: 3,
      outputs: { verdict: "error", candidate: "", "manifest-digest": "" },
    });
    expect(done.outputs.title).toBe("could not train: `sh train.sh` ended with exit code 7");
    expect(done.summary).toContain("why");
    expect(done.annotations).toMatchObject([{ level: "error", file: "mlops.yml" }]);
  });

  it("trains nothing where the pull request does not touch the model", async () => {
    const done = await run({ "docs/a.md": "2" });
    expect(done).toMatchObject({
      exitCode: 0,
      outputs: { verdict: "not_applicable", title: "not affected", candidate: "", evidence: "" },
    });
    expect(done.stdout).toBe(".: not affected by this change, nothing is trained\n");
    const always = await run({ "docs/a.md": "3" }, { env: { "INPUT_CHANGED-ONLY": "false" } });
    expect(always.stdout).toContain("trained");
    // Without the base commit nobody can tell.
    const shallow = await run({ "docs/a.md": "4" }, { depth: 1 });
    expect(shallow.stdout).toContain("trained");
    expect(shallow.annotations).toContainEqual(
      expect.objectContaining({ title: "Every change trains here" }),
    );
  });

  it.each(["pull_request_target", "workflow_run"])("refuses to run a change's code on %s", async (name) => {
    const event = (payload: RunEvent["payload"]): RunEvent["payload"] => ({
      ...payload,
      workflow_run: {
        id: 1,
        run_attempt: 1,
        event: "pull_request",
        head_sha: "a".repeat(40),
        head_branch: null,
        head_repository: null,
      },
    });
    const done = await run(
      { "train.sh": "touch ran" },
      { event: (payload) => ({ name, payload: event(payload) }) },
    );
    expect(done).toMatchObject({ exitCode: 3, outputs: {} });
    expect(done.annotations[0]?.message).toContain("with the rights of its base");
    await expect(readFile(join(done.workspace.path, "ran"))).rejects.toThrow("ENOENT");
  });

  it("refuses a fork's code on a machine that lives on", async () => {
    const fork = (payload: RunEvent["payload"]): RunEvent => {
      const pull_request = structuredClone(payload.pull_request) as { head: { repo: { id: number } } };
      pull_request.head.repo.id += 1;
      return { name: "pull_request", payload: { ...payload, pull_request } };
    };
    const files = { "train.sh": `${ONNX}; echo trained` };
    const own = await run(
      { ...files, "docs/b.md": "1" },
      { event: fork, env: { RUNNER_ENVIRONMENT: "self-hosted" } },
    );
    expect(own).toMatchObject({ exitCode: 3 });
    expect(own.annotations[0]?.message).toContain("self-hosted");
    expect(await run({ "train.sh": `${ONNX}; echo hosted` }, { event: fork })).toMatchObject({ exitCode: 0 });
  });

  it("says in evidence and log where the job holds rights", async () => {
    const done = await run(
      { "train.sh": `${ONNX}; echo rights` },
      { env: { GITHUB_TOKEN: "ghs_x", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x" } },
    );
    expect(done.annotations).toContainEqual(
      expect.objectContaining({ level: "warning", message: expect.stringContaining("id-token") }),
    );
    expect((await openCandidate(join(done.workspace.path, ".mlops/candidate"))).details.isolation).toBe(
      "none",
    );
  });

  it("keeps a candidate of its own for each attempt", async () => {
    const done = await run({ "train.sh": `${ONNX}; echo again` }, { artifacts: true, attempt: 2 });
    expect(done.outputs.candidate).toMatch(/^mlops-candidate-churn-2@sha256:[0-9a-f]{64}$/);
  });
});
