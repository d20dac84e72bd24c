import { createHash } from "node:crypto";
import { type Folder, gitIn, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { candidate } from "./candidate.ts";
import { openHub, registryOn } from "./hub.ts";

const BOXES = 5;
const RACES_A_BOX = 20;

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder("github-races");
});
afterAll(() => folder[Symbol.asyncDispose]());

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** 2 to 8, mostly few; drawn by the race's own name, so that every run has the same races. */
function publishersOf(race: string): number {
  const draw = createHash("sha256").update(race).digest().readUInt32BE() / 2 ** 32;
  return 2 + Math.floor(7 * draw ** 4);
}

test.each(Array.from({ length: BOXES }, (_, n) => n))(
  `${RACES_A_BOX} races of 2 to 8 models for the next number: each has its own, none is lost, nothing is left (%s)`,
  async (part) => {
    const { box, repositoryId } = await openHub();
    await using _ = box;
    const git = gitIn(box.gitDir, process.env);
    let published = 0;
    for (let race = 0; race < RACES_A_BOX; race++) {
      const model = `model-${part}-${race}`;
      const many = publishersOf(model);
      const publications = await Promise.all(
        Array.from({ length: many }, async (_, index) => {
          const runId = 10_000 * part + 100 * race + index + 1;
          await box.registerRun(runId, { event: "push", status: "in_progress" });
          const run = { repositoryId, runId, attempt: 1 };
          return candidate(folder.path, { model, bytes: `${model} ${index}`, bump: "patch", run });
        }),
      );
      const publish = () =>
        Promise.all(publications.map((one) => registryOn(box, folder.path).models.publish(one)));
      const done = await publish();
      published += many;

      const numbers = Array.from({ length: many }, (_, index) => `1.0.${index}`);
      expect(done.map(({ version }) => version.number).sort()).toEqual(numbers);
      expect(new Set(done.map(({ how }) => how))).toEqual(new Set(["published"]));
      // What Git itself has: a tag for each, of the record of the one whose number it is.
      for (const [index, { version }] of done.entries()) {
        const manifest = await git.text(["show", `refs/tags/${version.tag}:manifest.json`]);
        expect(JSON.parse(manifest).files[0].sha256).toBe(sha256(`${model} ${index}`));
      }
      const tags = await git.text(["for-each-ref", "--format=%(refname:strip=2)", `refs/tags/${model}@*`]);
      expect(tags.split("\n").sort()).toEqual(numbers.map((number) => `${model}@v${number}`));

      if (race < RACES_A_BOX - 1) continue;
      await box.forgetRequests();
      const again = await publish();
      expect(again.map(({ version, how }) => [version.number, how])).toEqual(
        done.map(({ version }) => [version.number, "unchanged"]),
      );
      const methods = new Set((await box.requests()).map(({ method }) => method));
      expect(methods).toEqual(new Set(["GET"]));
    }
    const releases = await registryOn(box, folder.path).releases.list();
    expect(releases.filter(({ draft }) => draft)).toEqual([]);
    expect(releases).toHaveLength(published);
    expect(new Set(releases.map(({ tag }) => tag)).size).toBe(published);
  },
);
