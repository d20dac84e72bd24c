import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Data, type Files, type Manifest, type Stage, UserError } from "@mlops-actions/core";
import { extract } from "tar";
import { answersByCommand } from "./answers.ts";
import { MANIFEST, manifestFile } from "./candidate.ts";
import { type Details, told } from "./details.ts";
import { codeDigest } from "./inputs.ts";
import { planOf } from "./plan.ts";
import type { Section } from "./section.ts";
import { type Needs, train } from "./stage.ts";

/** A registered model that only its own project can run. */
export interface Registered {
  tag: string;
  manifest: Manifest;
  files: Files;
}

/** The rows that judge today; their labels are left out of what a command sees. */
export type Questions = Pick<Data, "test" | "label">;

/**
 * Asks a registered model about today's test rows by the command of its own code: nothing is trained, and its bytes are those of the
 * registry. What it leaves is told as a training is, without one: the manifest of the version and fresh answers.
 *
 * The project it runs on is the version's own, as it was checked out.
 */
export function askingAgain(
  version: Registered,
  { test, label }: Questions,
): Stage<"train", Section, Details, Needs> {
  return {
    ...train,
    async run(own, _upstream, ports, signal) {
      const { workspace } = ports;
      const { manifest, tag } = version;
      const { code, inputs, data } = manifest.training;
      if ((await codeDigest(own, workspace.snapshot)) !== code)
        throw new UserError("other-code", `What is checked out is not the code that ${tag} was made of`, {
          remedy:
            "Compare by its stored predictions, or register a version from a commit that this repository keeps.",
        });
      const project = { ...own, data: { ...own.data, test, label } };
      const plan = planOf(project, workspace.environment);
      for (const folder of [plan.out, workspace.into, workspace.checkpoints])
        await mkdir(folder, { recursive: true });
      const model = await modelOf(version, workspace.scratch);
      const { kept, run, ended, questions } = await answersByCommand(project, plan, model, ports, signal);
      const { text, subject } = manifestFile(manifest);
      await writeFile(join(workspace.into, MANIFEST), text);
      return {
        verdict: "pass",
        judged: [],
        details: {
          manifest,
          predict: told(run, ended),
          seed: project.section.seed,
          budget: { timeSeconds: plan.timeSeconds },
          environment: plan.passed.names,
          inputs,
          predictions: { ...kept, by: "command" },
          links: [],
          isolation: workspace.isolation,
          testLabelsReadable: label !== undefined,
          data,
        },
        subject: [subject, { name: kept.name, digest: { sha256: kept.sha256 } }],
        materials: [
          ...project.files,
          ...manifest.files.map(({ name, sha256 }) => ({ name: `${tag}/${name}`, digest: { sha256 } })),
          ...questions,
        ],
      };
    },
  };
}

/** The model where its command finds it: the file, or the folder that it travelled as. */
async function modelOf({ tag, manifest, files }: Registered, scratch: string) {
  const file = manifest.files.find(({ role }) => role === "model");
  const path = file && (await files.find({ name: file.name, digest: { sha256: file.sha256 } }));
  if (file === undefined || path === undefined)
    throw new UserError("bytes-missing", `The bytes of ${tag} are not here`, {
      remedy: "Register the version again.",
    });
  if (file.archive === undefined) return { name: file.name, path };
  const folder = join(scratch, "registered", file.name.replace(/\.tar\.gz$/, ""));
  await mkdir(folder, { recursive: true });
  // Training packs plain files and nothing else; the library refuses what would leave the folder.
  await extract({
    file: path,
    cwd: folder,
    strict: true,
    filter: (_, entry) => "type" in entry && entry.type === "File",
  });
  return { name: file.name, path: folder };
}
