import { expect, test } from "vitest";
import { csv, judgeFiles, measured, type Said, textOf } from "./folder-project.ts";

interface Person {
  id: number;
  paid: boolean;
  region: string;
}

const people = (n: number, positives = n / 2): Person[] =>
  Array.from({ length: n }, (_, id) => ({
    id,
    paid: id < positives,
    region: id % 4 === 0 ? "South" : "North",
  }));

/** A project whose two models are wrong on the people named. */
async function compared(
  rows: readonly Person[],
  of: {
    evaluate?: string;
    own?: (person: Person) => boolean;
    other?: ((person: Person) => boolean) | null;
  },
): Promise<Said> {
  const scores = (isRight: (person: Person) => boolean) =>
    csv(
      ["id", "score"],
      rows.map((person) => [person.id, isRight(person) === person.paid ? 0.9 : 0.1]),
    );
  const {
    own = () => true,
    other = () => true,
    evaluate = "primary: accuracy - baseline.accuracy > -0.02",
  } = of;
  const baseline = other === null ? "" : "  baseline: { predictions: old.csv, score: score }\n";
  return judgeFiles({
    "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: id, label: { column: paid, positive: true } }
evaluate:
  candidate: { predictions: new.csv, score: score }
${baseline}  ${evaluate}
`,
    "test.csv": csv(
      ["id", "paid", "region"],
      rows.map(({ id, paid, region }) => [id, String(paid), region]),
    ),
    "new.csv": scores(own),
    ...(other !== null && { "old.csv": scores(other) }),
  });
}

const kinds = ({ document }: Said) => document.blocks.map(({ kind }) => kind);
const headlineOf = ({ document }: Said) => textOf(document.blocks[0]);
const text = ({ document }: Said) => document.blocks.map(textOf).join("\n");
/** Wrong for one person in so many. */
const wrongFor = (every: number) => (person: Person) => person.id % every !== 1;

test("better: said only when the interval excludes no change", async () => {
  const said = await compared(people(1000), { other: wrongFor(10) });
  expect(said.verdict).toBe("pass");
  expect(headlineOf(said)).toBe("better than the baseline");
  expect(said.document.title).toMatch(/^pass: accuracy \+0\.1\d* \[/);
  expect(kinds(said)).toEqual(["headline", "text", "comparison", "text", "fold", "fold"]);
  expect(text(said)).toMatch(/accuracy 0\.9\d* → 1\.?0*, likely between \+0\.0\d+ and \+0\.1\d+\./);
});

test("not worse: passing a margin is not an improvement", async () => {
  const said = await compared(people(1000), { own: wrongFor(100), other: wrongFor(90) });
  expect(said.verdict).toBe("pass");
  expect(measured(said).judged[0]).toMatchObject({ change: "unclear" });
  expect(headlineOf(said)).toBe("not worse by more than 0.02 (improvement not shown)");
  expect(said.document.title).toMatch(/^pass, not better: accuracy /);
});

test("the same answers: said in these words, whatever the interval", async () => {
  const said = await compared(people(1000), { own: wrongFor(50), other: wrongFor(50) });
  expect(said.verdict).toBe("pass");
  expect(headlineOf(said)).toBe("the same answers as the baseline");
  expect(text(said)).toContain("both models give the same answers on all 1,000 rows.");
  expect(text(said)).not.toContain("likely between");
  expect(said.document.title).toMatch(/^pass, same answers: accuracy 0/);
});

test("one row with another score is not the same, though every decision is", async () => {
  const rows = people(1000);
  const file = (first: number) =>
    csv(
      ["id", "score"],
      rows.map(({ id, paid }) => [id, id === 0 ? first : paid ? 0.9 : 0.1]),
    );
  const said = await judgeFiles({
    "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: id, label: { column: paid, positive: true } }
evaluate: { candidate: { predictions: a.csv }, baseline: { predictions: b.csv }, primary: accuracy - baseline.accuracy > -0.02 }
`,
    "test.csv": csv(
      ["id", "paid"],
      rows.map(({ id, paid }) => [id, String(paid)]),
    ),
    "a.csv": file(0.8),
    "b.csv": file(0.7),
  });
  expect(measured(said).details.rows.differing).toBe(1);
  expect(headlineOf(said)).not.toContain("same answers");
});

test("fail: what got worse, what the rule allows, what to do", async () => {
  const said = await compared(people(1000), {
    own: wrongFor(5),
    evaluate:
      "primary: accuracy - baseline.accuracy > -0.02\n  guardrails: [flips <= 1%]\n  slices: [region]",
  });
  expect(said.verdict).toBe("fail");
  expect(headlineOf(said)).toBe("accuracy is worse than the baseline");
  expect(said.document.title).toMatch(/^fail: accuracy −0\.2\d* \(allowed −0\.02\), \+1 more$/);
  expect(kinds(said)).toEqual(["headline", "text", "comparison", "steps", "text", "fold", "fold", "fold"]);
  expect(text(said)).toMatch(/the rule allows −0\.02\./);
  expect(text(said)).toContain(
    "look at the 200 rows that were right and are wrong now (0 went the other way)",
  );
});

test("too few rows: how many would decide it", async () => {
  const said = await compared(people(300), { own: wrongFor(50), other: wrongFor(49) });
  expect(said.verdict).toBe("inconclusive");
  expect(headlineOf(said)).toBe("300 test rows are too few for this rule");
  expect(said.document.title).toMatch(/^inconclusive: accuracy .*, ~[\d,]+ more rows$/);
  expect(text(said)).toMatch(/label about [\d,]+ more rows \(if the difference stays as it looks\)/);
  expect(text(said)).toMatch(/loosen the rule for accuracy to what these rows can see, −0\.0\d+/);
  expect(text(said)).toContain("inconclusive: review");
});

test("a difference on the limit: more rows will hardly decide it", async () => {
  const said = await compared(people(300), { own: (person) => person.id % 50 !== 1 });
  expect(measured(said).judged[0]).toMatchObject({ verdict: "inconclusive", moreRows: { kind: "hardly" } });
  expect(headlineOf(said)).toBe("accuracy differs by about what the rule allows");
  expect(text(said)).toContain("more labels will not settle this rule");
});

test("a method without its promise says what it has and what it needs", async () => {
  const said = await compared(people(1000, 41), {
    evaluate: "primary: f1 - baseline.f1 > -0.4",
    own: wrongFor(20),
    other: wrongFor(21),
  });
  expect(said.verdict).toBe("inconclusive");
  expect(headlineOf(said)).toMatch(/^too few .*: 41, needs 100$/);
  expect(text(said)).toMatch(/label more rows: 41 .*; needs 100/);
});

test("one row that carries the variance: the share in per cent, not sixteen digits", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => [i, i === 7 ? 1000 : 1, 1, 1.5]);
  const said = await judgeFiles({
    "mlops.yml": `model: tiny
task: regression
data: { test: test.csv, label: { column: y } }
evaluate: { candidate: { predictions: test.csv, prediction: q }, primary: mae <= 3000 }
`,
    "test.csv": csv(["id", "y", "q", "b"], rows),
  });
  expect(headlineOf(said)).toMatch(/^one row carries too much of the variance: 100\s?%, at most 10\s?%$/);
  expect(text(said)).toContain("look at the row that carries most of the variance");
});

test("a group too small to judge is named where it could decide", async () => {
  const rows = people(1000).map((person) => ({
    ...person,
    region: person.id % 50 === 0 ? "Island" : "Main",
  }));
  const said = await compared(rows, { evaluate: "primary: worst(accuracy by region) >= 0.9" });
  expect(said.verdict).toBe("inconclusive");
  expect(headlineOf(said)).toMatch(/^groups too small to judge could decide/);
  expect(text(said)).toContain("collect rows of region = Island (20 of 100)");
});

test("first version: absolute rules judge, rules with a baseline wait, the constant answer stands beside", async () => {
  const said = await compared(people(1000, 300), {
    other: null,
    own: wrongFor(20),
    evaluate: "primary: accuracy - baseline.accuracy > -0.02\n  guardrails: [accuracy >= 0.9, flips <= 8%]",
  });
  expect(said.verdict).toBe("pass");
  expect(headlineOf(said)).toBe("first version, nothing to compare with yet");
  expect(said.document.title).toMatch(/^pass, first version: accuracy /);
  expect(measured(said).judged.map(({ verdict }) => verdict)).toEqual([
    "not_applicable",
    "pass",
    "not_applicable",
    "pass",
  ]);
  const [accuracy] = measured(said).details.metrics;
  expect(accuracy).toMatchObject({ metric: "accuracy", own: { value: 0.95 }, baseline: { value: 0.7 } });
});

test("first version without an absolute rule: it must beat the constant answer", async () => {
  const good = await compared(people(1000, 300), { other: null, own: wrongFor(20) });
  expect(good.verdict).toBe("pass");
  expect(text(good)).toMatch(
    /the constant answer always false would have 70\s?%|the constant answer always false would have 0\.7/,
  );
  const poor = await compared(people(1000, 300), { other: null, own: (person) => person.id % 2 === 0 });
  expect(poor.verdict).toBe("fail");
  expect(headlineOf(poor)).toBe('accuracy is worse than the constant answer "always false"');
});

test("no baseline for ever is said in every report", async () => {
  const said = await compared(people(1000), {
    other: null,
    evaluate: "baseline: none\n  primary: accuracy >= 0.9",
  });
  expect(said.verdict).toBe("pass");
  expect(headlineOf(said)).toContain("`baseline: none`");
  expect(text(said)).toContain("baseline: none");
});

test("every title fits a list of checks", async () => {
  const said = await compared(people(1000), {
    own: wrongFor(3),
    evaluate:
      'primary: gap(false_positive_rate by region) - baseline.gap(false_positive_rate by region) <= 0.1%\n  guardrails:\n    - \'balanced_accuracy[region = "South"] - baseline.balanced_accuracy[region = "South"] > -0.0001\'',
  });
  expect(said.document.title.length).toBeLessThanOrEqual(80);
});

test("an improvement that the rule asks for and that is too small is not called worse", async () => {
  const asked = { evaluate: "primary: accuracy - baseline.accuracy > 0.2" };
  const small = await compared(people(2000), { ...asked, other: wrongFor(20) });
  expect(small.verdict).toBe("fail");
  expect(measured(small).judged[0]).toMatchObject({ change: "better" });
  expect(headlineOf(small)).toBe("accuracy is better than the baseline, but by less than the rule asks");
  const none = await compared(people(2000), { ...asked, own: wrongFor(20), other: wrongFor(21) });
  expect(measured(none).judged[0]).toMatchObject({ verdict: "fail", change: "unclear" });
  expect(headlineOf(none)).toBe("accuracy is not better than the baseline by as much as the rule asks");
});

test("a guardrail that is broken or open is never told as kept", async () => {
  const own = (person: Person) => !(person.region === "South" && person.id % 8 === 0);
  const broken = await compared(people(1000), {
    own,
    evaluate:
      'primary: accuracy - baseline.accuracy > -0.3\n  guardrails: [\'accuracy[region = "South"] - baseline.accuracy[region = "South"] > -0.1\']',
  });
  expect(measured(broken).judged.map(({ verdict }) => verdict)).toEqual(["pass", "fail"]);
  expect(text(broken)).not.toMatch(/within their limits|Nothing you guard/);
  const open = await compared(people(1000, 41), {
    evaluate: "primary: accuracy - baseline.accuracy > -0.3\n  guardrails: [f1 - baseline.f1 > -0.4]",
    own: wrongFor(20),
    other: wrongFor(21),
  });
  expect(measured(open).judged.map(({ verdict }) => verdict)).toEqual(["pass", "inconclusive"]);
  expect(text(open)).not.toMatch(/within their limits|Nothing you guard/);
  expect(headlineOf(open)).toMatch(/^f1: too few .*: 41, needs 100$/);
});

test("how small a difference these rows can see is told of one difference only", async () => {
  const seen = async (primary: string) =>
    measured(
      await compared(people(1000), {
        evaluate: `primary: ${primary}`,
        own: wrongFor(20),
        other: wrongFor(21),
      }),
    ).details.detectable;
  expect(await seen("accuracy - baseline.accuracy > -0.05")).toBeGreaterThan(0.001);
  expect(await seen("accuracy >= 0.5")).toBeNull();
  expect(await seen("gap(accuracy by region) - baseline.gap(accuracy by region) <= 10%")).toBeNull();
});
