import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, evidenceOf } from "@mlops-actions/core";
import { LIMIT, renderMarkdown } from "@mlops-actions/report";
import { profile } from "@mlops-actions/tables";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { plainRegistry } from "./plain-registry.ts";
import {
  type Candidate,
  candidate,
  detailsOf,
  faultOf,
  filesOf,
  type Made,
  type Registered,
  type Registry,
  register,
  sha256,
} from "./scene.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

let folder: Folder;
let last = 0;
beforeAll(async () => {
  folder = await temporaryFolder("registration");
});
afterAll(() => folder[Symbol.asyncDispose]());

const place = () => join(folder.path, String(++last));
const make = (made: Made = {}) => candidate(place(), made);
const registered = (made: Candidate, registry: Registry) => register(made, registry, place());
const outOf = (said: Registered, name: string) => readFile(join(said.into, name), "utf8");
const shown = ({ document }: Registered) => renderMarkdown(document, { limit: LIMIT.summary, links: {} });

describe("a model that has passed", () => {
  let registry: Registry;
  let first: Candidate;
  let said: Registered;
  beforeAll(async () => {
    registry = await plainRegistry(place());
    first = await make();
    said = await registered(first, registry);
  });

  it("is a version with its profile, card, answers and statements", async () => {
    const details = detailsOf(said);
    expect(details).toMatchObject({
      version: "1.0.0",
      tag: "census-income@v1.0.0",
      how: "published",
      after: null,
      bump: null,
      reference: { of: "train", rows: 32_561, before: null },
      predictions: 16_281,
    });
    const files = details.assets.map(({ name }) => name).sort();
    expect(files).toEqual([
      "card.md",
      "evaluate.intoto.jsonl",
      "manifest.json",
      "model.onnx",
      "predictions.csv",
      "profile.json",
      "train.intoto.jsonl",
    ]);
    const found = await registry.resolve("census-income", { newest: true });
    expect(found?.version).toMatchObject({
      number: "1.0.0",
      state: "published",
      record: details.record,
      manifest: first.manifest,
    });
    // The record is the very manifest that was judged.
    const manifest = details.assets.find(({ name }) => name === "manifest.json");
    expect(first.evaluate.subject).toContainEqual({
      name: "manifest.json",
      digest: { sha256: manifest?.sha256 },
    });
    expect(said.evidence.subject).toContainEqual({
      name: "manifest.json",
      digest: { sha256: manifest?.sha256 },
    });
  });

  it("keeps one statement a line, as it was said", async () => {
    for (const [name, statement] of [
      ["train", first.train],
      ["evaluate", first.evaluate],
    ] as const) {
      const lines = (await outOf(said, `${name}.intoto.jsonl`)).split("\n");
      expect(lines).toHaveLength(2);
      expect(evidenceOf(name, z.unknown()).parse(JSON.parse(lines[0] ?? ""))).toEqual(
        JSON.parse(JSON.stringify(statement)),
      );
    }
  });

  it("has the distribution of the data it was trained on, and of its answers, without keys", async () => {
    const found = profile.parse(JSON.parse(await outOf(said, "profile.json")));
    expect(found.reference).toMatchObject({ of: "train", rows: 32_561 });
    expect(found.reference.columns.map(({ name }) => name)).toContain("education");
    expect(found.predictions?.columns.map(({ name }) => name)).toEqual(["score"]);
    expect(JSON.stringify(found)).not.toContain('"name":"id"');
  });

  it("has a card that parts what was checked from what was said", async () => {
    const card = await outOf(said, "card.md");
    const [verified = "", declared = ""] = card.split("## Declared");
    expect(verified).toContain("Judged on 16,281 test rows.");
    expect(verified).toContain("| `auc` |");
    expect(verified).toContain(first.manifest.files[0]?.sha256);
    expect(verified).toContain(
      "Too small to say anything about: `race = Amer-Indian-Eskimo`, `race = Other`.",
    );
    expect(verified).not.toContain("said to be trained on");
    expect(verified).toContain("could be read while it was trained");
    expect(declared).toContain("| command | `python train.py` |");
    expect(declared).toContain("said to be trained on");
    expect(declared).toContain("### Intended use\n\nNot stated.");
    // Its number is not known before it is claimed, and a rollback brings the same card.
    expect(card).not.toContain("1.0.0");
  });

  it("is told with what to do with it", () => {
    expect(said.document.title).toBe("census-income v1.0.0 registered");
    const text = shown(said);
    expect(text).toContain("### ✅ census-income release: pass — registered as v1.0.0");
    expect(text).toContain("The first version of this model.");
    expect(text).toContain("npx mlops-actions registry download 'census-income@v1.0.0' into 'census-income'");
    expect(text).toContain("gh release download 'census-income@v1.0.0' --dir census-income");
    expect(text).toContain("profile of 32,561 training rows · 16,281 predictions");
  });

  it("is the same version when it comes again", async () => {
    const again = await registered(first, registry);
    expect(detailsOf(again)).toMatchObject({ version: "1.0.0", how: "unchanged", after: null, bump: null });
    expect(again.document.title).toBe("census-income: already registered as v1.0.0");
    expect((await registry.resolve("census-income", { newest: true }))?.version.number).toBe("1.0.0");
  });

  it("raises as much of the number as changed, against the newest", async () => {
    const retrained = detailsOf(await registered(await make({ model: "trained again" }), registry));
    expect(retrained).toMatchObject({
      version: "1.0.1",
      after: "1.0.0",
      bump: { part: "patch", asked: "auto", why: "the same code and interface, trained again" },
      reference: { rows: 32_561, before: 32_561 },
    });
    const wider = await make({
      model: "asks for more",
      manifest: (manifest) => ({
        ...manifest,
        interface: {
          ...manifest.interface,
          inputs: [...(manifest.interface.inputs ?? []), { name: "zip", type: "string", shape: [null, 1] }],
        },
      }),
    });
    const major = await registered(wider, registry);
    expect(detailsOf(major)).toMatchObject({ version: "2.0.0", after: "1.0.1" });
    expect(shown(major)).toContain("Major after v1.0.1: inputs changed: + zip (string × 1).");
    const back = await make({
      model: "asks for less",
      change: { "mlops.yml": (text) => `${text}\nregister: { bump: patch }\n` },
    });
    const forced = await registered(back, registry);
    expect(detailsOf(forced)).toMatchObject({ version: "2.0.1", bump: { part: "patch", advised: "major" } });
    expect(shown(forced)).toContain("hides a major change");
  });
});

describe("what is published", () => {
  it("leaves the answers out where the project says so, and profiles them all the same", async () => {
    const said = await registered(
      await make({ change: { "mlops.yml": (text) => `${text}\nregister: { predictions: false }\n` } }),
      await plainRegistry(place()),
    );
    expect(detailsOf(said).assets.map(({ name }) => name)).not.toContain("predictions.csv");
    expect(detailsOf(said).predictions).toBeNull();
    expect(profile.parse(JSON.parse(await outOf(said, "profile.json"))).predictions?.rows).toBe(16_281);
  });

  it("profiles the test rows where the training rows are elsewhere, and says so", async () => {
    const said = await registered(
      await make({ change: { "mlops.yml": (text) => text.replace("  train: data/train.parquet\n", "") } }),
      await plainRegistry(place()),
    );
    expect(detailsOf(said).reference).toEqual({ of: "test", rows: 16_281, before: null });
    expect(shown(said)).toContain("since the training rows are not on this machine");
  });

  it("profiles no rows that are not those of the evidence", async () => {
    const made = await make({ model: "data moves on" });
    await copyFile(join(EXAMPLES, "bike-demand/data/train.parquet"), join(made.root, "data/train.parquet"));
    const said = await registered(made, await plainRegistry(place()));
    expect(detailsOf(said).reference).toMatchObject({ of: "test", rows: 16_281 });
    const test = join(made.root, "data/test.csv");
    await writeFile(test, (await readFile(test, "utf8")).replace("Private", "Local-gov"));
    expect(faultOf(await registered(made, await plainRegistry(place())))).toMatchObject({
      code: "no-reference",
    });
  });
});

describe("nothing is registered", () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await plainRegistry(place());
    detailsOf(await registered(await make(), registry));
  });
  const refused = async (made: Candidate) => {
    const said = await registered(made, registry);
    const fault = faultOf(said);
    expect(said.document.verdict).toBe("error");
    expect(said.document.title).toMatch(/^not registered: /);
    expect(shown(said)).toContain("Nothing was registered");
    expect((await registry.resolve("census-income", { newest: true }))?.version.number).toBe("1.0.0");
    return fault;
  };
  const judgedAs = (statement: Evidence, verdict: "pass" | "fail"): Evidence => {
    const { outcome } = statement.predicate;
    if (outcome.kind === "error") throw new Error(outcome.fault.message);
    return { ...statement, predicate: { ...statement.predicate, outcome: { ...outcome, verdict } } };
  };

  it("of a model that is worse than its rules allow, nor by a forged verdict over it", async () => {
    const worse = await make({
      model: "worse",
      change: {
        "predictions/candidate.csv": (text) =>
          text.replace(
            /^(\d+[^,]*),([\d.e-]+)$/gm,
            (_, id: string, score: string) => `${id},${Number(id) % 3 === 0 ? 1 - Number(score) : score}`,
          ),
      },
    });
    expect(await refused(worse)).toMatchObject({ code: "not-passed" });
    const forged = { ...worse, evaluate: judgedAs(worse.evaluate, "pass") };
    expect(await refused(forged)).toMatchObject({ code: "unsound-verdict" });
  });

  it("of a model whose bytes have changed since", async () => {
    const made = await make({ model: "as it was" });
    await writeFile(join(made.folder, "model.onnx"), "as it waz");
    expect(await refused(made)).toMatchObject({
      code: "no-such-bytes",
      message: new RegExp(sha256("as it was")),
    });
  });

  it("of another manifest than the one that was judged", async () => {
    const made = await make({ model: "one" });
    const other = await make({ model: "other" });
    const fault = await refused({ ...made, evaluate: other.evaluate });
    const digestOf = ({ subject }: Evidence) =>
      subject.find(({ name }) => name === "manifest.json")?.digest.sha256;
    expect(fault).toMatchObject({ code: "other-model" });
    expect(fault.message).toContain(digestOf(made.train));
    expect(fault.message).toContain(digestOf(other.train));
  });

  it("of a manifest of another task", async () => {
    const made = await make({ model: "x", manifest: (manifest) => ({ ...manifest, task: "regression" }) });
    expect(await refused(made)).toMatchObject({ code: "other-project" });
  });

  it("of what brought its own judge, after the first version", async () => {
    const made = await make({ model: "own judge", policy: { from: "new-here", commit: "b".repeat(40) } });
    expect(await refused({ ...made, evaluate: judgedAs(made.evaluate, "pass") })).toMatchObject({
      code: "own-judge",
    });
    const first = await registered(made, await plainRegistry(place()));
    expect(detailsOf(first)).toMatchObject({ version: "1.0.0", evaluated: { verdict: "inconclusive" } });
    expect(shown(first)).toContain("Its evaluation was inconclusive");
  });

  it("of what runs code when it is loaded, unless the team has agreed", async () => {
    const manifest: Made["manifest"] = (one) => ({
      ...one,
      files: one.files.map((file) => ({ ...file, executesCode: true })),
    });
    const fault = await refused(await make({ model: "pickle", manifest }));
    expect(fault).toMatchObject({ code: "code-format", message: /`model\.onnx` would run code/ });
    const agreed = await make({
      model: "pickle",
      manifest,
      change: { "mlops.yml": (text) => `${text}\nregister: { allow_code_formats: true }\n` },
    });
    const said = await registered(agreed, await plainRegistry(place()));
    expect(detailsOf(said).executesCode).toEqual(["model.onnx"]);
    expect(shown(said)).toContain("Loading it runs code");
    expect(await outOf(said, "card.md")).toContain("Load it only where that code may run.");
  });

  it("under a name that a version needs itself", async () => {
    const bytes = "a file of the training";
    const named = (name: string): Made => ({
      model: `with ${name}`,
      manifest: (one) => ({
        ...one,
        files: [...one.files, { role: "other", name, size: bytes.length, sha256: sha256(bytes) }],
      }),
    });
    for (const name of ["card.md", "manifest.json", "predictions.parquet"])
      expect(await refused(await make(named(name)))).toMatchObject({
        code: name === "manifest.json" ? "no-manifest" : "reserved-name",
      });
  });
});

it("finds files by their bytes, not by their names", async () => {
  const made = await make();
  expect(
    await filesOf(made.folder).find({ name: "model.onnx", digest: { sha256: "0".repeat(64) } }),
  ).toBeUndefined();
});
