import { type Block, UserError, type Version } from "@mlops-actions/core";
import { liveAt, parseRun, previousOf, type Registry } from "@mlops-actions/registry";
import { renderTerminal } from "@mlops-actions/report";
import type { Command } from "commander";
import { makeFolderFor } from "../unwritable.ts";
import { type GithubRegistry, openRegistry, type Place } from "./open.ts";
import { resolvedOf, unknown } from "./resolved.ts";
import * as say from "./said.ts";
import { parseTime } from "./time.ts";
import { parseWhich } from "./which.ts";

interface Asked extends Place {
  json?: boolean;
}

/** What a command found: for machines, and for people. */
interface Answer {
  value: unknown;
  blocks: readonly Block[];
  /** Default: 0. */
  exit?: number;
}

/** `mlops-actions registry …`. `ended` is told the exit code. */
export function registryCommands(
  program: Command,
  ended: (exit: number) => void,
  github: GithubRegistry,
): void {
  const group = program.command("registry").description("the versions of models: Git tags and releases");
  const command = (usage: string, description: string) =>
    group
      .command(usage)
      .description(description)
      .option("--registry <dir>", "folder of releases, instead of GitHub's")
      .option("--repo <owner/name>", "repository on GitHub; needs GITHUB_TOKEN or GH_TOKEN")
      .option("--json", "print JSON", false);
  const answering = async (
    asked: Asked,
    answer: (registry: Registry, where: "local" | "github") => Promise<Answer>,
  ) => {
    await using opened = await openRegistry(asked, process.env, github);
    const { value, blocks, exit = 0 } = await answer(opened.registry, opened.where);
    process.stdout.write(asked.json ? `${JSON.stringify(value, null, 2)}\n` : rendered(blocks));
    ended(exit);
  };

  command("list", "all models, by the names of their tags").action((asked: Asked) =>
    answering(asked, async (registry) => {
      const value = await registry.list();
      return { value, blocks: say.saidList(value) };
    }),
  );
  command("show [model]", "the newest version, and what lives where").action(
    (model: string | undefined, asked: Asked) =>
      answering(asked, async (registry) => {
        const value = await registry.show(model);
        if (model !== undefined && value.length === 0) throw unknown(model);
        return { value, blocks: say.saidShow(value) };
      }),
  );
  command("history <model>", "everything that happened to a model").action((model: string, asked: Asked) =>
    answering(asked, async (registry) => {
      const value = await registry.history(model);
      if (value.length === 0) throw unknown(model);
      return { value, blocks: say.saidHistory(model, value) };
    }),
  );
  command("at <time> <model>", "what lived where at a time").action(
    (time: string, model: string, asked: Asked) =>
      answering(asked, async (registry) => {
        const moment = parseTime(time);
        const entries = await registry.history(model);
        if (entries.length === 0) throw unknown(model);
        const value = liveAt(entries, moment);
        return { value, blocks: say.saidAt(model, moment, value) };
      }),
  );
  command("download <version> <into...>", "fetch the files of a version into a folder, every digest checked")
    .option("--file <name...>", "only these files")
    .action((version: string, words: string[], asked: Asked & { file?: string[] }) =>
      answering(asked, async (registry) => {
        const into = folderOf(words);
        const resolved = await resolvedOf(registry, version);
        await makeFolderFor(into, into);
        const names = asked.file ?? resolved.version.assets.map(({ name }) => name);
        const paths = await registry.download(resolved.version, names, into);
        const value = {
          tag: resolved.version.tag,
          files: Object.fromEntries(paths),
          doubted: resolved.doubted,
        };
        return { value, blocks: say.saidDownload(resolved, into, names) };
      }),
    );
  command("verify <version>", "check a version from its tag to its last byte")
    .option(
      "--expect <digest>",
      "of the manifest, the record or the tag object, as you know it from elsewhere",
    )
    .action((version: string, asked: Asked & { expect?: string }) =>
      answering(asked, async (registry) => {
        const { model, number } = await numberOf(registry, version);
        const value = await registry.verify(model, number, asked.expect);
        return { value, blocks: say.saidVerify(value), exit: value.answer === "broken" ? 1 : 0 };
      }),
    );
  command("promote <version>", "assign a version to an environment")
    .requiredOption("--to <environment>", "as in `production`")
    .action((version: string, asked: Asked & { to: string }) =>
      answering(asked, async (registry, where) => {
        const resolved = await resolvedOf(registry, version);
        return assigned(registry, where, resolved.version, asked.to);
      }),
    );
  command("rollback <model>", "assign an older version again")
    .requiredOption("--in <environment>", "as in `production`")
    .option("--to <version>", "as in `1.4.0`; `previous` is what was there before", "previous")
    .action((model: string, asked: Asked & { in: string; to: string }) =>
      answering(asked, async (registry, where) => {
        const number = asked.to === "previous" ? await previous(registry, model, asked.in) : asked.to;
        const resolved = await resolvedOf(registry, `${model}@${number}`);
        return assigned(registry, where, resolved.version, asked.in);
      }),
    );
}

async function assigned(
  registry: Registry,
  where: "local" | "github",
  version: Version,
  environment: string,
): Promise<Answer> {
  const before = await registry.current(version.model, environment);
  if (before.version?.number === version.number)
    return {
      value: { tag: version.tag, environment, counter: before.counter, changed: false },
      blocks: [{ kind: "text", text: [`${version.model} ${version.number} is in ${environment} already.`] }],
    };
  const answer = await registry.assign(environment, version, before.counter, ownRun(process.env));
  if (answer.kind === "taken")
    throw new UserError(
      "assignment-taken",
      `${environment} was just assigned to ${answer.by?.number ?? "another version"}`,
      {
        remedy: `Look at \`mlops-actions registry history ${version.model}\`, then run this again if you still mean it.`,
      },
    );
  const { counter } = answer;
  const tag = `${version.model}#${environment}#${counter}`;
  return {
    value: { tag: version.tag, environment, counter, changed: true },
    blocks: [
      ...say.saidAssigned(version, environment, counter, before.version),
      ...(where === "local" ? say.saidPush(tag) : []),
    ],
  };
}

/** The workflow run that this is a step of: on GitHub only what names one counts. */
function ownRun({ GITHUB_REPOSITORY_ID, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT }: NodeJS.ProcessEnv) {
  return parseRun([GITHUB_REPOSITORY_ID, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT].join("/"));
}

/** A version to be looked at, whatever state it is in. */
async function numberOf(registry: Registry, text: string): Promise<{ model: string; number: string }> {
  const { model, which } = parseWhich(text);
  if ("version" in which) return { model, number: which.version };
  const { version } = await resolvedOf(registry, text);
  return { model, number: version.number };
}

async function previous(registry: Registry, model: string, environment: string): Promise<string> {
  const before = previousOf(await registry.past(model, environment));
  if (before !== undefined) return before;
  throw new UserError(
    "nothing-before",
    `${environment} had no other version of ${model} before the present one`,
    {
      remedy: "Name the version that you want: --to VERSION.",
    },
  );
}

function folderOf(words: readonly string[]): string {
  const [first, second, ...rest] = words;
  const folder = first === "into" && second !== undefined ? second : first;
  if (folder === undefined || rest.length > 0 || (second !== undefined && first !== "into"))
    throw new UserError("usage", "download wants one version and one folder", {
      remedy: "Write `mlops-actions registry download census-income@production into DIR`.",
    });
  return folder;
}

function rendered(blocks: readonly Block[]): string {
  const { isTTY, columns } = process.stdout;
  return renderTerminal(
    { key: { model: "", stage: "register" }, verdict: "pass", title: "", blocks },
    { color: isTTY === true && !process.env.NO_COLOR, unicode: isTTY === true, width: columns ?? 120 },
  );
}
