import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { MODEL_NAME, UserError } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { openNamed } from "./init/header.ts";
import type { Named } from "./init/project-file.ts";
import { propose } from "./init/propose.ts";
import { type Measuring, tried } from "./init/tried.ts";
import { welcome } from "./init/welcome.ts";
import { type Starter, starters } from "./init/workflows.ts";
import { type Installation, measuringOf } from "./installation.ts";
import { listOf, namedFiles } from "./named-files.ts";
import { placeOf } from "./place.ts";

export interface InitOptions {
  project: string;
  label?: string;
  key?: string;
  model?: string;
  run: string;
  names?: string;
  missing?: string;
  strict: boolean;
  workflows: string;
}

const TABLE = /\.(parquet|csv|jsonl|ndjson)$/;

/**
 * `mlops-actions init`: proposes an `mlops.yml` that today's data keeps, and the workflows that go with it. Nothing that is there is replaced:
 * a second project of a repository shares the workflows of the first.
 * @returns the exit code
 */
export async function initAt(
  data: readonly string[],
  options: InitOptions,
  installation: Installation,
): Promise<number> {
  const { root, folder, path } = await placeOf(options.project);
  const file = join(folder, "mlops.yml");
  if (await exists(file)) throw isThere(relative(process.cwd(), file));
  const [train, test, ...more] = await tablesOf(data, folder);
  if (train === undefined || more.length > 0)
    throw new UserError("usage", `init takes the training rows and the test rows, not ${data.length} files`, {
      remedy: "name one or two files; several files of one table go into mlops.yml as a glob",
    });
  const wanted = await starters(path, options.workflows, installation.templates);
  const measuring: Measuring = async (use) => {
    await using measured = measuringOf(installation);
    return await use(measured.tables);
  };
  const named = (at: string): Named => ({
    file: relative(folder, at).split(sep).join("/"),
    names: listOf(options.names),
    missing: listOf(options.missing),
  });
  const proposal = await measuring(async (tables) =>
    propose(
      tables,
      {
        train: await openNamed(tables, "train", train, named(train)),
        test: test === undefined ? undefined : await openNamed(tables, "test", test, named(test)),
      },
      {
        model: options.model ?? modelNamed(folder),
        train: named(train),
        test: test === undefined ? undefined : named(test),
        label: options.label,
        key: options.key,
        run: options.run,
        isStrict: options.strict,
      },
    ),
  );
  const fromRoot = path === "." ? "mlops.yml" : `${path}/mlops.yml`;
  const found = await tried(
    proposal,
    { tree: workingTree(root), root, path, file: fromRoot },
    { progress: { step: () => undefined }, clock: { now: () => new Date() } },
    measuring,
  );
  const shown = (name: string) => relative(process.cwd(), name);
  const workflows = wanted.map((starter) => ({
    ...starter,
    name: join(root, ".github/workflows", starter.name),
  }));
  const kept = await Promise.all(workflows.map(({ name }) => exists(name)));
  const files = [...workflows.filter((_, i) => !kept[i]), { name: file, text: found.text }];
  await writeNew(files);
  process.stdout.write(
    welcome(found, {
      written: files.map(({ name }) => shown(name)),
      kept: workflows.filter((_, i) => kept[i]).map(({ name }) => shown(name)),
      toName: workflows
        .filter(({ namesProjects }, i) => kept[i] && namesProjects)
        .map(({ name }) => shown(name)),
      project: path,
    }),
  );
  return 0;
}

/** The files that were named, or the only ones of their kind in `data/`. */
async function tablesOf(named: readonly string[], folder: string): Promise<string[]> {
  if (named.length > 0) return namedFiles(named);
  const found = await workingTree(folder).list("data/*");
  const of = (what: string) =>
    found.filter((file) => TABLE.test(file) && basename(file, extname(file)) === what);
  const [train] = of("train");
  const [test] = of("test");
  if (train === undefined)
    throw new UserError("no-tables", "There is no data/train.parquet, .csv or .jsonl here", {
      remedy: "name the files: mlops-actions init TRAIN [TEST]",
    });
  return [train, ...(test === undefined ? [] : [test])].map((file) => join(folder, file));
}

/** A model is called as its folder is, as far as a tag can be. */
function modelNamed(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, 64);
  return MODEL_NAME.test(name) ? name : "model";
}

/** Writes files that are not there, each whole or not at all. */
async function writeNew(files: readonly Starter[]): Promise<void> {
  for (const { name, text } of files) {
    await mkdir(dirname(name), { recursive: true });
    await writeFile(`${name}.part`, text, { flag: "wx" });
    await rename(`${name}.part`, name);
  }
}

function isThere(file: string): UserError {
  return new UserError("exists", `${file} is there already, and nothing is replaced`, {
    remedy: "edit it, or move it away and run this again",
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
