import { type Fault, type Folder, gitIn, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { candidate } from "./candidate.ts";
import { openHub, registryOn } from "./hub.ts";

type Kind = Fault extends infer One
  ? One extends { path: string }
    ? Omit<One, "path" | "ordinal">
    : never
  : never;

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder("github-faults");
});
afterAll(() => folder[Symbol.asyncDispose]());

test.each<[string, Kind]>([
  ["is lost", { phase: "after-commit", answer: { kind: "drop" } }],
  ["is cut in half", { phase: "truncated" }],
  ["is 502, though it was carried out", { phase: "after-commit", answer: { kind: "status", status: 502 } }],
  ["is 503, and it was not carried out", { phase: "before", answer: { kind: "status", status: 503 } }],
])("whichever answer %s: one version, published once, nothing left", async (_, kind) => {
  const { box, repositoryId } = await openHub();
  await using _box = box;
  const git = gitIn(box.gitDir, process.env);
  const publish = async (model: string) => {
    const run = { repositoryId, runId: 1, attempt: 1 };
    const publication = await candidate(folder.path, { model, bytes: model, run });
    return registryOn(box, folder.path).models.publish(publication);
  };
  await box.registerRun(1, { event: "push", status: "in_progress" });
  await box.forgetRequests();
  await publish("without");
  const requests = (await box.requests()).length;
  expect(requests).toBeGreaterThan(20);

  for (let ordinal = 1; ordinal <= requests; ordinal++) {
    await box.fault({ ...kind, path: "*", ordinal } as Fault);
    const { version } = await publish(`with-${ordinal}`);
    await box.clearFaults();
    expect([version.number, version.state]).toEqual(["1.0.0", "published"]);
  }
  const names = ["without", ...Array.from({ length: requests }, (_, n) => `with-${n + 1}`)];
  const tags = names.map((name) => `${name}@v1.0.0`).sort();
  const releases = await registryOn(box, folder.path).releases.list();
  expect(releases.map(({ tag, draft, assets }) => [tag, draft, assets.length]).sort()).toEqual(
    tags.map((tag) => [tag, false, 4]),
  );
  const inGit = (await git.text(["for-each-ref", "--format=%(refname:strip=2)", "refs/tags"])).split("\n");
  expect(inGit.sort()).toEqual(tags);
});
