import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import {
  type Document,
  type Evidence,
  type Inconclusive,
  outcomeOf,
  type Progress,
  UserError,
} from "@mlops-actions/core";
import { LIMIT, renderHtml, renderMarkdown, renderTerminal } from "@mlops-actions/report";
import { makeFolder } from "@mlops-actions/tables";
import { TOOL } from "./tool.ts";
import { unwritable } from "./unwritable.ts";

/** What every stage's command takes. */
export interface StageOptions {
  project: string;
  evidence?: string;
  report?: string;
  quiet: boolean;
}

/** Where a stage's evidence and document go. */
export interface Telling {
  /** @returns the exit code of the verdict */
  tell(evidence: Evidence, document: Document, inconclusive: Inconclusive): Promise<number>;
  progress: Progress;
}

/** @throws UserError `usage` before anything runs, for a report in a format that is not ours */
export function telling(options: StageOptions): Telling {
  const report =
    options.report === undefined ? undefined : { file: options.report, render: rendererOf(options.report) };
  return {
    progress: terminalProgress(options.quiet),
    async tell(evidence, document, inconclusive) {
      if (options.evidence !== undefined)
        await put(options.evidence, `${JSON.stringify(evidence, null, 2)}\n`);
      if (report !== undefined) await put(report.file, report.render(document));
      const { exit } = outcomeOf(document.verdict, inconclusive);
      process.stdout.write(said(document, exit, options.quiet));
      return exit;
    },
  };
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
    await makeFolder(dirname(resolve(file)));
    await writeFile(part, text);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    throw unwritable(file, cause);
  }
}

function terminalProgress(quiet: boolean): Progress {
  const isShown = process.stderr.isTTY === true && !quiet;
  return {
    step: (label) =>
      void (isShown && process.stderr.write(`\r\x1b[K${label} …`) && process.stderr.write("\r\x1b[K")),
  };
}
