import type { Artifacts, Deployments } from "@mlops-actions/core";
import type { Witness } from "@mlops-actions/registry";
import {
  type GitHubBox,
  gitRepository,
  personToken,
  push,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { githubDeployments } from "./deployments.ts";
import { githubDispatches } from "./dispatches.ts";
import { connect } from "./octokit.ts";
import { githubRunMarks } from "./run-marks.ts";

const tokens = {
  ada: personToken("acme"),
  job: workflowToken({ contents: "write", deployments: "write" }),
  reader: workflowToken({ contents: "read", deployments: "read" }),
};

let box: GitHubBox;
let repository: Awaited<ReturnType<typeof gitRepository>>;
let repo: { owner: string; repo: string };
let environment: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  box = await startGitHub({ tokens });
  repo = { owner: box.owner, repo: box.repo };
  folder = await temporaryFolder("marks");
  repository = await gitRepository({ "mlops.yml": "model: census" });
  await push(box, repository, { token: "ada" });
});
afterAll(async () => {
  await box.stop();
  await repository[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await box.clearFaults();
  environment = `staging-${Math.round(performance.now() * 1000)}`;
});

function client(token: keyof typeof tokens = "job") {
  return connect({ token, baseUrl: box.apiUrl, deadlineMs: 5_000, paced: false, wait: async () => {} });
}
const port = (token?: keyof typeof tokens, witness?: Witness) =>
  githubDeployments({ octokit: client(token), repo, witness });
const wanted = (model = "census", key = "first") => ({
  model,
  environment,
  ref: "main",
  description: `${model} to ${environment}`,
  payload: { key, more: [1, 2] },
});

test("a deployment is found again with what it holds and what was said of it, oldest first", async () => {
  const deployments = port();
  const { id } = await deployments.create(wanted());
  await deployments.say(id, { state: "in_progress", description: "going" });
  await deployments.say(id, { state: "success", description: "there" });
  expect(await deployments.list({ model: "census", environment })).toMatchObject([
    { id, ref: "main", environment, payload: { key: "first", more: [1, 2] } },
  ]);
  expect(await deployments.statuses(id)).toMatchObject([
    { state: "in_progress", description: "going" },
    { state: "success", description: "there" },
  ]);
});

test("models share an environment and do not see each other; nobody's success ends another's", async () => {
  const deployments = port();
  const one = await deployments.create(wanted("one"));
  await deployments.say(one.id, { state: "success", description: "there" });
  const two = await deployments.create(wanted("two"));
  await deployments.say(two.id, { state: "success", description: "there" });
  expect(await deployments.list({ model: "one", environment })).toHaveLength(1);
  expect((await deployments.statuses(one.id)).map(({ state }) => state)).toEqual(["success"]);
});

test.each([
  ["lost", { phase: "after-commit", answer: { kind: "drop" } }],
  ["a 502", { phase: "after-commit", answer: { kind: "status", status: 502 } }],
  ["cut", { phase: "cut" }],
  ["lost before anything happened", { phase: "before", answer: { kind: "drop" } }],
] as const)("when a reply is %s there is still one deployment with one status", async (_, fault) => {
  const deployments = port();
  await box.fault({ method: "POST", path: "*/deployments", ...fault });
  await box.fault({ method: "POST", path: "*/statuses", ...fault });
  const { id } = await deployments.create(wanted());
  expect((await deployments.create(wanted())).id).toBe(id);
  await deployments.say(id, { state: "in_progress", description: "going" });
  expect(await deployments.list({ model: "census", environment })).toHaveLength(1);
  expect(await deployments.statuses(id)).toHaveLength(1);
});

test("what another has made is there and does not count", async () => {
  await port("ada").create(wanted());
  const [found] = await port().list({ model: "census", environment });
  expect(await found?.doubt?.()).toBe("it was made by acme");
});

test.each([
  ["a person", async () => port("ada").create(wanted())],
  ["somebody with another payload", async () => port().create({ ...wanted(), payload: { key: "first" } })],
  ["somebody of another ref", async () => port().create({ ...wanted(), ref: "HEAD" })],
  [
    "a run that may not",
    async () =>
      port().create({
        ...wanted(),
        payload: { ...wanted().payload, run: { repositoryId: 1, runId: 2, attempt: 1 } },
      }),
  ],
])("a key that %s has taken first is no deployment of ours", async (_, taken) => {
  const { id } = await taken();
  const witness: Witness = {
    examine: async (_tag, run) =>
      run?.runId === 2 ? { kind: "doubted", why: "it was on `evil`" } : { kind: "vouched" },
  };
  const made = await port("job", witness).create(wanted());
  expect(made.id).not.toBe(id);
  expect(made).toMatchObject({ ref: "main", payload: wanted().payload });
  expect((await port("job", witness).create(wanted())).id).toBe(made.id);
});

/** Runs whose artifacts cannot be listed. */
const LIMITED = 9_000;

/** Marks of runs as artifacts of a store that may refuse. */
function marked(
  runId: number,
  kept: { name: string; runId: number }[],
  refuses: boolean | (() => boolean) = false,
  warn?: (message: string) => void,
) {
  const upload: Artifacts["upload"] = async (name) => {
    const isRefused = typeof refuses === "boolean" ? refuses : refuses();
    if (isRefused || kept.some((one) => one.name === name && one.runId === runId))
      return { kind: "refused", why: "already there, or no more room" };
    kept.push({ name, runId });
    return { kind: "uploaded", id: kept.length, digest: "", url: "" };
  };
  const listing: typeof fetch = async (asked) => {
    const [, run] = /runs\/(\d+)\/artifacts/.exec(String(asked)) ?? [];
    if (Number(run) >= LIMITED) return Response.json({ message: "rate limit" }, { status: 403 });
    if (!kept.some((one) => one.runId === Number(run))) return Response.json({}, { status: 404 });
    const artifacts = kept.flatMap((one, id) => (one.runId === Number(run) ? [{ id, name: one.name }] : []));
    return Response.json({ total_count: artifacts.length, artifacts });
  };
  const octokit = connect({
    token: "job",
    baseUrl: "http://127.0.0.1:1",
    fetch: listing,
    wait: async () => {},
  });
  return githubDeployments({
    octokit: client(),
    repo,
    witness: { examine: async () => ({ kind: "vouched" }) },
    marks: githubRunMarks({ octokit, repo, artifacts: { upload }, runId, folder: folder.path }),
    warn,
  });
}
const by = (runId: number, attempt = 1) => ({
  ...wanted(),
  payload: { ...wanted().payload, run: { repositoryId: 1, runId, attempt } },
});
const doubts = async (deployments: Deployments) => {
  const found = await deployments.list({ model: "census", environment });
  return Promise.all(found.map((one) => one.doubt?.()));
};

test("a deployment counts where the run that it names has made it, though its bytes have expired", async () => {
  const kept: { name: string; runId: number }[] = [];
  await marked(7, kept).create(by(7));
  expect(await doubts(marked(8, kept))).toEqual([undefined]);
  // Somebody else's run quotes it, and may even say so in a run of its own.
  const { id } = await port().create({ ...by(7), ref: "HEAD" });
  kept.push({ name: `mlops-deployment-${id}`, runId: 666 });
  expect(await doubts(marked(8, kept))).toEqual(["run 7 has not made it", undefined]);
});

test("two jobs of one run begin the same once, each sees it at once", async () => {
  const kept: { name: string; runId: number }[] = [];
  const one = await marked(7, kept).create(by(7));
  const other = marked(7, kept);
  expect((await other.create(by(7))).id).toBe(one.id);
  kept.length = 0;
  expect(await doubts(other)).toEqual([undefined]);
});

test("what has no mark since whoever made it was killed does not count, and is made anew", async () => {
  const kept: { name: string; runId: number }[] = [];
  await expect(marked(7, kept, true).create(by(7))).rejects.toMatchObject({ code: "mark-refused" });
  expect(await doubts(marked(8, kept))).toEqual(["run 7 has not made it"]);
  const again = await marked(7, kept).create(by(7, 2));
  expect(await doubts(marked(8, kept))).toEqual([undefined, "run 7 has not made it"]);
  expect((await marked(8, kept).create(by(8))).id).toBe(again.id);
});

test("what takes something back is made without a mark, which is left at its end where it can be", async () => {
  const kept: { name: string; runId: number }[] = [];
  const warned: string[] = [];
  let isFull = true;
  const one = marked(
    7,
    kept,
    () => isFull,
    (message) => warned.push(message),
  );
  const { id } = await one.create({ ...by(7), isWayBack: true });
  expect([await doubts(one), await doubts(marked(8, kept))]).toEqual([
    [undefined],
    ["run 7 has not made it"],
  ]);
  await one.say(id, { state: "in_progress", description: "going" });
  expect(warned).toEqual([]);
  await one.say(id, { state: "success", description: "there" });
  expect(warned).toEqual([expect.stringMatching(`deployment ${id}.* no more room`)]);
  isFull = false;
  await one.say(id, { state: "success", description: "there once more" });
  expect(await doubts(marked(8, kept))).toEqual([undefined]);
  expect(warned).toHaveLength(1);
});

test("where nobody can ask any more, those that no run has made are named, to be deleted", async () => {
  const forged: number[] = [];
  await port().create(by(LIMITED));
  for (let run = 0; run < 20; run++) {
    const payload = { ...by(run).payload, key: `forged ${run}` };
    forged.push((await port().create({ ...wanted(), payload })).id);
  }
  const found = await marked(8, []).list({ model: "census", environment });
  const asked = (async () => {
    for (const one of found) await one.doubt?.();
  })();
  await expect(asked).rejects.toMatchObject({
    code: "github-refused",
    remedy: expect.stringContaining(forged.toReversed().join(", ")),
  });
});

test("a token that may not is told which permission it lacks", async () => {
  await expect(port("reader").create(wanted())).rejects.toMatchObject({
    code: "github-refused",
    message: expect.stringMatching(/403.*`deployments: write`/),
  });
});

test("who listens is told, once more where the answer was lost", async () => {
  const dispatches = githubDispatches({ octokit: client(), repo });
  await dispatches.repositoryDispatch("mlops-promoted", { model: "census", version: "1.1.0" });
  expect(await box.dispatches()).toMatchObject([
    { type: "mlops-promoted", payload: { model: "census", version: "1.1.0" }, by: "github-actions[bot]" },
  ]);
  const refused = githubDispatches({ octokit: client("reader"), repo });
  await expect(refused.repositoryDispatch("x", {})).rejects.toMatchObject({ code: "github-refused" });
});
