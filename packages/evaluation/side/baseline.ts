import {
  canonicalText,
  type Judge,
  type Project,
  type Remade,
  type Resolved,
  type Subject,
  UserError,
  type Version,
  type Versions,
  type Which,
} from "@mlops-actions/core";
import type { Details } from "../details.ts";
import type { Section } from "../section.ts";
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
  { versions, remade }: { versions: Versions; remade: Remade | undefined },
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
  if (asked === "base") return { kind: "side", ...(await ofBase(project, remade, threshold)) };
  const resolved = await versions.resolve(project.model, whichOf(asked));
  if (resolved === undefined) return { kind: "nothing", because: "first-version" };
  requireSameTask(resolved.version, judge);
  const again = answeredAgain(resolved.version, remade, project);
  return { kind: "side", ...(await ofVersion(resolved, { versions, again, asked, threshold })) };
}

/** What a name of a baseline means to the registry. */
export function whichOf(asked: string): Which {
  if (asked === "latest") return { newest: true };
  const [, number] = /^v?(\d+\.\d+\.\d+)$/.exec(asked) ?? [];
  return number === undefined ? { environment: asked } : { version: number };
}

async function ofBase(
  project: Project<Section>,
  remade: Remade | undefined,
  threshold: number,
): Promise<{ side: Side; told: Told }> {
  const { commit } = project.policy;
  if (remade === undefined || commit === null || remade.evidence.predicate.run.commit !== commit)
    throw new UserError(
      "no-base-model",
      "`evaluate.baseline` is `base`, and nothing was trained from the base commit",
      {
        remedy:
          "on a pull request hand over what the step with `stages: baseline` has made, in a job of its own (`needs.baseline.outputs.baseline`); its log says why there is no model. Elsewhere name an environment or a version",
        at: project.place(["evaluate", "baseline"]),
      },
    );
  const label = `the base commit ${commit.slice(0, 7)}`;
  const side = await sideOf(trainedBy(remade.evidence, project), remade.files, {
    name: "baseline",
    label,
    threshold,
  });
  return { side, told: { kind: "base", commit, answers: answersOf(side) } };
}

/** The answers of this very version for today's rows, where a job of its own has asked for them. */
function answeredAgain(
  { manifest }: Version,
  remade: Remade | undefined,
  project: Project<Section>,
): (Remade & { predictions: Subject }) | undefined {
  if (remade === undefined || manifest.interface.by === "onnx") return undefined;
  const { manifest: asked, predictions, isTrained } = trainedBy(remade.evidence, project);
  const isThis = !isTrained && canonicalText(asked) === canonicalText(manifest);
  return isThis && predictions !== undefined ? { ...remade, predictions } : undefined;
}

async function ofVersion(
  { version, how, since, doubted = [] }: Resolved,
  of: {
    versions: Versions;
    again: ReturnType<typeof answeredAgain>;
    asked: string;
    threshold: number;
  },
): Promise<{ side: Side; told: Told }> {
  const { manifest, number, tag, record, assets } = version;
  const { versions, again, asked, threshold } = of;
  const stored = assets.find(({ name }) => /^predictions\.(parquet|csv)$/.test(name));
  const model = manifest.files.map(({ name, sha256 }) => ({ name: `${tag}/${name}`, digest: { sha256 } }));
  const side = await sideOf(
    {
      manifest,
      predictions:
        again?.predictions ??
        (stored && { name: `${tag}/${stored.name}`, digest: { sha256: stored.sha256 } }),
      subject: model,
    },
    again?.files ?? versions.files(version),
    { name: "baseline", label: tag, threshold, ...(again === undefined && { registered: true }) },
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
      answers: again === undefined ? answersOf(side) : "again",
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
