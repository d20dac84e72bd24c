import {
  type Evidence,
  type Files,
  type Judge,
  type Project,
  type Resolved,
  UserError,
  type Versions,
  type Which,
} from "@mlops-actions/core";
import type { Details } from "../details.ts";
import type { Section } from "../section.ts";
import { isOfBase, trainStatements } from "./candidate.ts";
import type { Side } from "./side.ts";
import { sideOf, trainedBy } from "./trained.ts";
import { fromFile, fromPredictions } from "./written.ts";

/** What a candidate is compared with, or why there is nothing. */
export type Baseline =
  | { kind: "side"; side: Side; told: Told }
  | { kind: "nothing"; because: "none" | "nothing-yet" | "first-version" };

/** Which model the baseline is, for the evidence. */
export type Told = Exclude<Details["baseline"], { kind: "trivial" }>;

/**
 * The model that a rule's `baseline.` means.
 * @param judge whose section names it: the rules that count, or those that a change proposes
 * @throws UserError where a registry has versions and the one that is asked for cannot be had: that is never "nothing to compare with"
 */
export async function baselineOf(
  project: Project<Section>,
  judge: Judge<Section>,
  upstream: readonly Evidence[],
  { files, versions }: { files: Files; versions: Versions },
): Promise<Baseline> {
  const { section } = judge;
  const asked = section.baseline;
  if (asked === undefined) return { kind: "nothing", because: "nothing-yet" };
  if (asked === "none") return { kind: "nothing", because: "none" };
  if (typeof asked !== "string") {
    const side =
      "predictions" in asked
        ? fromPredictions(judge, "baseline", asked)
        : fromFile(judge, "baseline", judge.predict);
    return { kind: "side", side, told: { kind: "file", name: side.label } };
  }
  const threshold = section.threshold;
  if (asked === "base") return { kind: "side", ...(await ofBase(project, upstream, files, threshold)) };
  const resolved = await versions.resolve(project.model, which(asked));
  if (resolved === undefined) return { kind: "nothing", because: "first-version" };
  return { kind: "side", ...(await ofVersion(resolved, versions, { asked, threshold, judge })) };
}

function which(asked: string): Which {
  if (asked === "latest") return { newest: true };
  const [, number] = /^v?(\d+\.\d+\.\d+)$/.exec(asked) ?? [];
  return number === undefined ? { environment: asked } : { version: number };
}

async function ofBase(
  project: Project<Section>,
  upstream: readonly Evidence[],
  files: Files,
  threshold: number,
): Promise<{ side: Side; told: Told }> {
  const { commit } = project.policy;
  const statement = trainStatements(upstream).find((one) => isOfBase(one, project));
  if (statement === undefined || commit === null)
    throw new UserError(
      "no-base-model",
      "`evaluate.baseline` is `base`, and nothing was trained from the base commit",
      {
        remedy:
          "see the train job: on a pull request it trains both commits where the base says `baseline: base`, and its log says why the base has left no model; elsewhere name an environment or a version",
        at: project.place(["evaluate", "baseline"]),
      },
    );
  const label = `the base commit ${commit.slice(0, 7)}`;
  const side = await sideOf(trainedBy(statement, project), files, { name: "baseline", label, threshold });
  return { side, told: { kind: "base", commit, answers: answersOf(side) } };
}

async function ofVersion(
  { version, how, since, doubted = [] }: Resolved,
  versions: Versions,
  { asked, threshold, judge }: { asked: string; threshold: number; judge: Judge<Section> },
): Promise<{ side: Side; told: Told }> {
  const { manifest, number, tag, record, assets } = version;
  requireSameTask(version, judge);
  const predictions = assets.find(({ name }) => /^predictions\.(parquet|csv)$/.test(name));
  const side = await sideOf(
    {
      manifest,
      predictions: predictions && {
        name: `${tag}/${predictions.name}`,
        digest: { sha256: predictions.sha256 },
      },
      subject: manifest.files.map(({ name, sha256 }) => ({ name: `${tag}/${name}`, digest: { sha256 } })),
    },
    versions.files(version),
    { name: "baseline", label: tag, threshold, registered: true },
  );
  return {
    side,
    told: {
      kind: "version",
      asked,
      number,
      tag,
      record,
      how,
      since,
      doubted: [...doubted],
      answers: answersOf(side),
    },
  };
}

/** A version that answers another question cannot be compared with, whatever its numbers. */
function requireSameTask(
  { tag, manifest }: Resolved["version"],
  { task, data, place }: Judge<Section>,
): void {
  const differs = (what: string, theirs: string, ours: string) =>
    new UserError("other-task", `${tag} was made for ${what} ${theirs}, and this project has ${ours}`, {
      remedy:
        "it is another model: give it a name of its own, or write `baseline: none` until it has a version",
      at: place(["evaluate", "baseline"]),
    });
  if (manifest.task !== task) throw differs("the task", manifest.task, task);
  const { positive } = manifest.interface;
  const ours = data.label?.positive;
  if (task === "binary" && positive !== undefined && ours !== undefined && positive !== String(ours))
    throw differs("the positive label", JSON.stringify(positive), JSON.stringify(String(ours)));
}

function answersOf({ answering }: Side): "asked" | "stored" {
  return answering.by === "model" ? "asked" : "stored";
}
