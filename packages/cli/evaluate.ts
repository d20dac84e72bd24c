import { mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, extname, relative, resolve, sep } from "node:path";
import {
  type Document,
  type Evidence,
  execute,
  outcomeOf,
  type Progress,
  UserError,
} from "@mlops-actions/core";
import { type Details, evaluate } from "@mlops-actions/evaluation";
import { head, topLevel, workingTree } from "@mlops-actions/git";
import { measuring } from "@mlops-actions/natives";
import { loadProject } from "@mlops-actions/project";
import { LIMIT, renderHtml, renderMarkdown, renderTerminal } from "@mlops-actions/report";
import { type Installation, nativesOf } from "./installation.ts";
import { TOOL } from "./tool.ts";

export interface EvaluateOptions {
  project: string;
  evidence?: string;
  report?: string;
  quiet: boolean;
}

/** `mlops-actions evaluate`: the stage at a terminal. @returns the exit code of the verdict */
export async function evaluateAt(options: EvaluateOptions, installation: Installation): Promise<number> {
  const folder = await existing(options.project);
  const report =
    options.report === undefined ? undefined : { file: options.report, render: rendererOf(options.report) };
  const root = (await topLevel(folder)) ?? folder;
  const path = relative(root, folder).split(sep).join("/") || ".";
  const loaded = await loadProject({ stage: evaluate, head: workingTree(root), path, root });
  const progress = terminalProgress(options.quiet);
  await using measured = measuring({
    entry: installation.childEntry,
    tempDirectory: tmpdir(),
    natives: nativesOf(installation),
  });
  const at =
    root === folder && (await topLevel(folder)) === undefined
      ? undefined
      : await head(root).catch(() => undefined);
  const evidence = await execute(
    evaluate,
    loaded,
    [],
    { tables: measured.tables, progress, clock: { now: () => new Date() } },
    { commit: at?.commit ?? null, clean: at?.clean ?? false, tool: TOOL },
    new AbortController().signal,
  );
  const document = evaluate.document(evidence);
  if (options.evidence !== undefined) await put(options.evidence, `${JSON.stringify(evidence, null, 2)}\n`);
  if (report !== undefined) await put(report.file, report.render(document));
  const { exit } = outcomeOf(document.verdict, inconclusiveOf(evidence));
  process.stdout.write(said(document, exit, options.quiet));
  return exit;
}

function said(document: Document, exit: number, quiet: boolean): string {
  const { isTTY, columns } = process.stdout;
  const options = {
    color: isTTY === true && !process.env.NO_COLOR,
    unicode: isTTY === true,
    width: columns ?? 100,
  };
  if (quiet) {
    const title = { ...document, blocks: [{ kind: "text", text: [document.title] } as const] };
    return `${renderTerminal(title, { ...options, color: false, width: Number.POSITIVE_INFINITY }).trim()}\n`;
  }
  return `${renderTerminal(document, options)}\nexit ${exit}\n`;
}

function inconclusiveOf({ predicate: { outcome } }: Evidence<Details>) {
  return outcome.kind === "measured" ? outcome.details.inconclusive : "review";
}

async function existing(folder: string): Promise<string> {
  try {
    return await realpath(resolve(folder));
  } catch (cause) {
    throw new UserError("no-folder", `there is no folder ${folder}`, {
      remedy: "name the folder of mlops.yml in --project",
      cause,
    });
  }
}

function rendererOf(file: string): (document: Document) => string {
  switch (extname(file)) {
    case ".md":
      return (document) => renderMarkdown(document, { limit: LIMIT.summary, links: {} });
    case ".html":
      return (document) =>
        renderHtml(document, { title: `${document.key.model}: ${document.title}`, footer: TOOL });
    default:
      throw new UserError("usage", `--report ${file} is neither Markdown nor HTML`, {
        remedy: "name a file that ends in .md or .html",
      });
  }
}

// A reader never sees half a file, whatever ends this process.
async function put(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(part, text);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    throw new UserError("unwritable", `${file} cannot be written: ${(cause as Error).message}`, {
      remedy: "name a file in a folder that you may write to",
      cause,
    });
  }
}

function terminalProgress(quiet: boolean): Progress {
  const isShown = process.stderr.isTTY === true && !quiet;
  return {
    step: (label) =>
      void (isShown && process.stderr.write(`\r\x1b[K${label} …`) && process.stderr.write("\r\x1b[K")),
  };
}
