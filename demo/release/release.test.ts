import { homedir, hostname, tmpdir } from "node:os";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { renderPage } from "../page/page.ts";
import { tell } from "../story.ts";
import { checked } from "./expectation.ts";
import { digestOf } from "./registry.ts";
import { tellRelease } from "./release.ts";

const root = resolve(import.meta.dirname, "../..");

// The second part is told once, without Python; the tests look at what is there afterwards.
const told = test.extend<{ part: Awaited<ReturnType<typeof tellRelease>> }>({
  part: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names out of this pattern
    async ({}, use) => {
      const terminal = { write, color: false, unicode: true, width: 100, now: () => 0 };
      const python = { kind: "absent", why: "this is a test" } as const;
      const telling = { root, python, env: process.env, terminal, story: tell(terminal) };
      await use(await tellRelease(telling));
    },
    { scope: "file" },
  ],
});
let text = "";
const write = (more: string) => {
  text += more;
};

const LONG = 400_000;

told("verdicts, versions, bytes and assignments are those that must come", { timeout: LONG }, ({ part }) => {
  const found = checked(part);
  expect(found.map(({ what, found }) => [what, found])).toEqual(
    found.map(({ what, expected }) => [what, expected]),
  );
  expect(found.length).toBeGreaterThanOrEqual(10);
});

told("a version holds its model and how we know it", { timeout: LONG }, ({ part }) => {
  expect(part.releases.map(({ tag_name }) => tag_name)).toEqual([
    "census-model@v1.3.0",
    "census-model@v1.2.0",
    "census-model@v1.1.0",
    "census-model@v1.0.0",
  ]);
  for (const { assets, author } of part.releases) {
    expect(author.login).toBe("github-actions[bot]");
    expect(assets.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "model.onnx",
        "manifest.json",
        "profile.json",
        "card.md",
        "train.intoto.jsonl",
        "evaluate.intoto.jsonl",
      ]),
    );
  }
});

told("what differs is told, and is no success", { timeout: LONG }, ({ part }) => {
  const surprises = (changed: Partial<typeof part>) =>
    checked({ ...part, ...changed })
      .filter(({ expected, found }) => expected !== found)
      .map(({ what }) => what);
  expect(surprises({})).toEqual([]);
  const [first, second] = part.made;
  if (first === undefined || second === undefined) throw new Error("two releases were made");
  const made = (...changed: (typeof first)[]) => ({ made: [...changed, ...part.made.slice(changed.length)] });
  expect(surprises(made(first, { ...second, skipped: [] }))).toEqual(["the merge of #2"]);
  expect(surprises(made({ ...first, failed: ["train"] }))).toEqual(["the first push to main"]);
  // A canary that fails and goes live all the same.
  expect(surprises(made(first, second, { ...second, version: "1.2.0" }))).toEqual([
    "the merge of #5",
    "1.2.0 in production",
  ]);
  const { drift } = part;
  expect(surprises({ drift: { ...drift, issues: [...drift.issues, ...drift.issues] } })).toEqual([
    "issues about it",
  ]);
  expect(surprises({ drift: { ...drift, checks: drift.checks.toReversed() } })).toEqual([
    "a week as before",
    "another one",
  ]);
  expect(surprises({ history: part.history.slice(0, -1) })).toEqual(["production, one after the other"]);
  expect(surprises({ merged: [3, 5] })).toContain("bytes of 1.1.0");
  expect(surprises({ releases: part.releases.slice(0, -1) })).toEqual(["model.onnx of 1.0.0"]);
  expect(surprises({ stopped: { ...part.stopped, skipped: [] } })).toEqual(["#1 bad-rows"]);
  expect(surprises({ refusal: undefined })).toEqual(["promoting at a terminal"]);
});

told(
  "it says that nothing was trained here, and names nothing of this machine",
  { timeout: LONG },
  ({ part }) => {
    expect(text.replaceAll(/\s+/g, " ")).toContain("NOT TRAINED HERE: this is a test");
    expect(text).toMatch(
      /Plan .* reviewed in #2 as mlops-candidate-census-model#\d+@sha256:[0-9a-f]{12}\.\.\.\n\s+Validate .*\n\s+Train +- .* skipped/,
    );
    for (const place of [root, tmpdir(), homedir(), hostname()].filter(({ length }) => length > 4)) {
      expect(text).not.toContain(place);
      const said = [
        ...[part.stopped, part.broken, ...part.reviewed].flatMap(({ review }) => review.comments),
        ...part.drift.issues.flatMap((issue) => [issue, ...issue.comments]),
        ...part.made.map(({ rollout }) => ({ body: rollout?.summary ?? "" })),
      ];
      for (const { body } of said) expect(body).not.toContain(place);
    }
  },
);

told("the page shows the whole loop, each link with its end", { timeout: LONG }, async ({ part }) => {
  const html = await renderPage({
    verdicts: { repository: "acme/other", reviewed: part.reviewed },
    release: part,
  });
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const inside = [...html.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
  expect(inside.length).toBeGreaterThan(10);
  expect(inside.filter((id) => !ids.includes(id))).toEqual([]);
  expect(html).toContain(digestOf(part.releases[0] ?? raise(), "model.onnx"));
  expect(html.match(/Back to/g)).toHaveLength(1);
  expect(html.match(/>Merged</g)).toHaveLength(2);
  for (const title of ["1.2.0 in production", "drift: census-model in production — severe"])
    expect(html).toContain(title);
  expect(html.replaceAll(/>\$ [^<]*</g, "")).not.toMatch(/<script|<img/);
});

function raise(): never {
  throw new Error("no release");
}
