import { expect, test } from "vitest";
import { startGitHub } from "../github/start.ts";
import { client, tokens } from "../octokit.ts";
import { checkoutMerge } from "../repository/checkout.ts";
import { temporaryFolder } from "../repository/folder.ts";
import { gitRepository, writeFiles } from "../repository/git-repository.ts";
import { openPullRequest, push } from "../repository/pull-request.ts";
import { runAction } from "./run-action.ts";

const CORE = import.meta.resolve("@actions/core");
const GITHUB = import.meta.resolve("@actions/github");

const MAIN = `
import * as core from "${CORE}";
import { context, getOctokit } from "${GITHUB}";

core.setSecret("hush");
const octokit = getOctokit(core.getInput("token", { required: true }));
const at = { ...context.repo, issue_number: context.issue.number };
await octokit.rest.issues.createComment({ ...at, body: "from " + context.eventName + " " + context.sha });
core.setOutput("number", context.issue.number);
core.setOutput("lines", "one\\ntwo");
core.saveState("done", true);
core.exportVariable("CHOICE", "a=b");
core.addPath("/opt/tool");
await core.summary.addHeading("Verdict").addRaw("pass").write();
core.warning("look: 100%", { file: "mlops.yml", startLine: 2, title: "a, b" });
core.startGroup("rows");
core.endGroup();
core.setFailed("condition violated");
`;

test("the official toolkit finds everything where it looks for it", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "change" });
  const pull = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  await using workspace = await checkoutMerge(box, pull);
  await using action = await temporaryFolder("action");
  const yml = `inputs: { token: { default: "\${{ github.token }}" } }\nruns: { using: node24, main: main.mjs }\n`;
  await writeFiles(action.path, { "action.yml": yml, "main.mjs": MAIN });

  await using result = await runAction({
    action: action.path,
    workspace: workspace.path,
    event: { name: "pull_request", payload: pull.event },
    box,
    token: "job",
  });

  expect(result.stderr).toBe("");
  expect(result).toMatchObject({
    exitCode: 1,
    outputs: { number: String(pull.number), lines: "one\ntwo" },
    state: { done: "true" },
    environment: { CHOICE: "a=b" },
    path: ["/opt/tool"],
    summary: "<h1>Verdict</h1>\npass",
    annotations: [
      { level: "warning", message: "look: 100%", file: "mlops.yml", line: 2, title: "a, b" },
      { level: "error", message: "condition violated" },
    ],
    maskedValues: ["hush"],
    groups: ["rows"],
  });
  const { octokit, repo } = client(box, "reader");
  const { data } = await octokit.issues.listComments({ ...repo, issue_number: pull.number });
  expect(data).toMatchObject([
    { body: `from pull_request ${pull.merge}`, user: { login: "github-actions[bot]" } },
  ]);
  const journal = await box.requests();
  expect(
    journal.filter(({ method, login }) => method === "POST" && login === "github-actions[bot]"),
  ).toMatchObject([{ path: `/repos/acme/models/issues/${pull.number}/comments`, status: 201 }]);
});
