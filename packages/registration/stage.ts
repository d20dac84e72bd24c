import { readFile } from "node:fs/promises";
import {
  type Manifest,
  type Project,
  type Publication,
  type Stage,
  UserError,
  type Version,
  type Versions,
} from "@mlops-actions/core";
import { type Profile, profile as profileShape } from "@mlops-actions/tables";
import { askedHere } from "./asked.ts";
import { type Asked, bumpOf } from "./bump/bump.ts";
import { cardOf } from "./card/card.ts";
import { type Details, details } from "./details.ts";
import { document } from "./document.ts";
import { fileOf, jsonOf, lineOf, modelFiles, OURS, readManifest, writeFiles } from "./publication.ts";
import { PREDICTIONS, predictionsOf, profiled } from "./reference.ts";
import { type Section, section } from "./section.ts";
import { type Accepted, accepted, requireFiles } from "./trust/accepted.ts";
import { baselineName } from "./trust/told.ts";

/** What only the composition root knows. */
export interface Registering {
  /** An existing folder of this run: what is published beside the model is written there first. */
  into: string;
  /** The workflow run that registers, for the tag. */
  run?: Publication["run"];
}

type Needs = "tables" | "models" | "files" | "versions" | "publishing" | "progress";

/** Makes a version of a model that was trained and has passed: its bytes, what they were made of, and how we know it. */
export function registering({ into, run }: Registering): Stage<"register", Section, Details, Needs> {
  return {
    name: "register",
    section,
    details,
    metrics: [],
    policy: ["bump", "predictions", "allow_code_formats"],
    needs: ["tables", "models", "files", "versions", "publishing", "progress"],
    async run(project, upstream, { tables, models, files, versions, publishing, progress }) {
      progress.step("reading the evidence");
      const newest = await newestOf(project.model, versions);
      const before = newest === "broken-off" ? undefined : newest;
      const known = accepted(upstream, project, newest === undefined);
      const manifest = await readManifest(known, files);
      requireRegistrable(manifest, project, known);
      const model = await modelFiles(manifest, files);

      progress.step("profiling the reference data");
      const predictions = await predictionsOf(known, files);
      const profile = await profiled({
        project,
        manifest,
        known,
        predictions,
        tables,
        ask: (test) => askedHere({ manifest, project, test, files, ports: { tables, models } }),
      });
      const answers = project.section.predictions ? predictions : undefined;
      const statements = await writeFiles(into, {
        [OURS.train]: lineOf(known.train),
        [OURS.evaluate]: lineOf(known.evaluate),
        ...(known.cause && { [OURS.drift]: lineOf(known.cause.evidence) }),
      });
      const told = await writeFiles(into, {
        [OURS.profile]: `${JSON.stringify(profile, null, 2)}\n`,
        [OURS.card]: cardOf({ manifest, accepted: known, profile }),
      });
      const earlier = before && (await profileBefore(before, versions));
      const bump = before
        ? bumpFor(project.section.bump, asked(manifest, profile), asked(before.manifest, earlier))
        : null;

      progress.step("publishing");
      const { version, how } = await publishing.publish({
        manifest,
        files: [...model, ...(answers ? [await fileOf(answers)] : []), ...told, ...statements],
        bump: bump?.part ?? "patch",
        run,
      });
      const isNew = how !== "unchanged";
      return {
        verdict: "pass",
        judged: [],
        details: {
          version: version.number,
          tag: version.tag,
          record: version.record,
          how,
          after: isNew ? (before?.number ?? null) : null,
          bump: isNew ? bump : null,
          assets: version.assets.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
          reference: {
            of: profile.reference.of,
            rows: profile.reference.rows,
            before: rowsOf(earlier, profile),
          },
          predictions: answers ? (profile.predictions?.rows ?? null) : null,
          executesCode: codeFiles(manifest),
          cause: causeOf(known),
          evaluated: evaluatedOf(known),
        },
        subject: version.assets.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
        materials: [
          ...project.files,
          ...profile.reference.files,
          known.manifest,
          ...statements.map(({ name, digest }) => ({ name, digest })),
        ],
      };
    },
    document,
  };
}

/** The version before; `broken-off` where registrations have begun and none is published: this one finishes or clears them away. */
async function newestOf(model: string, versions: Versions): Promise<Version | "broken-off" | undefined> {
  try {
    return (await versions.resolve(model, { newest: true }))?.version;
  } catch (error) {
    if (error instanceof UserError && error.code === "version-gone") return "broken-off";
    throw error;
  }
}

/** What its own bytes say must be this project's model, and nothing that the team has not agreed to. */
function requireRegistrable(manifest: Manifest, project: Project<Section>, known: Accepted): void {
  requireFiles(known, manifest);
  if (manifest.model !== project.model || manifest.task !== project.task)
    throw new UserError(
      "other-project",
      `the manifest is of ${manifest.model} (${manifest.task}), this project is ${project.model} (${project.task})`,
      { remedy: "pass the candidate of this project's own training" },
    );
  const taken = manifest.files.find(
    ({ name }) => Object.values<string>(OURS).includes(name) || PREDICTIONS.test(name),
  );
  if (taken !== undefined)
    throw new UserError("reserved-name", `an output of the training is called \`${taken.name}\``, {
      remedy: "call it otherwise in `train.outputs`: a version has a file of its own with that name",
    });
  const code = codeFiles(manifest);
  if (code.length > 0 && !project.section.allow_code_formats)
    throw new UserError(
      "code-format",
      `${code.map((name) => `\`${name}\``).join(", ")} would run code on every machine that loads ${code.length === 1 ? "it" : "them"}`,
      {
        remedy:
          "save the model as ONNX or in its library's own data format, or write `register: { allow_code_formats: true }`",
        at: project.place(["register", "allow_code_formats"]),
      },
    );
}

function codeFiles({ files }: Manifest): string[] {
  return files.filter(({ executesCode }) => executesCode === true).map(({ name }) => name);
}

function bumpFor(wanted: Section["bump"], next: Asked, before: Asked): Details["bump"] {
  const { part, why } = bumpOf(next, before);
  return { part: wanted === "auto" ? part : wanted, asked: wanted, advised: part, why };
}

// By kind and not by type: a column of whole numbers may have a fraction next month.
function asked(manifest: Manifest, profile: Profile | undefined): Asked {
  return { manifest, columns: profile?.reference.columns.map(({ name, kind }) => `${name} (${kind})`) };
}

function evaluatedOf({ verdict, evaluation, judged }: Accepted): Details["evaluated"] {
  const { common } = evaluation.rows;
  return { verdict, baseline: baselineName(evaluation), rows: common, judged: [...judged] };
}

function causeOf({ cause }: Accepted): Details["cause"] {
  if (cause === undefined) return null;
  const { evidence: _, ...told } = cause;
  return told;
}

/** The profile of the version before; `undefined` where it has none that can be read: it tells what changed, so nothing fails on it. */
async function profileBefore(before: Version, versions: Versions): Promise<Profile | undefined> {
  const profile = before.assets.find(({ name }) => name === OURS.profile);
  if (profile === undefined) return undefined;
  const asset = { name: profile.name, digest: { sha256: profile.sha256 } };
  const path = await versions
    .files(before)
    .find(asset)
    .catch((error: unknown) => {
      if (error instanceof UserError) return undefined;
      throw error;
    });
  if (path === undefined) return undefined;
  return profileShape.safeParse(jsonOf(await readFile(path, "utf8"))).data;
}

function rowsOf(before: Profile | undefined, { reference }: Profile): number | null {
  return before?.reference.of === reference.of ? before.reference.rows : null;
}
