import { UserError } from "@mlops-actions/core";
import type { Command } from "commander";
import type { Installation } from "../installation.ts";

/** `mlops-actions serve` and `predict`. `ended` is told the exit code. */
export function servingCommands(
  program: Command,
  ended: (exit: number) => void,
  installation: Installation,
): void {
  program
    .command("serve <version>")
    .description(
      "answer requests (Open Inference Protocol v2) for a version: MODEL@VERSION, or a folder of its files",
    )
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0: any that is free", whole("--port", 0, 65_535), 8080)
    .option("--admin <socket>", "path of a Unix socket by which traffic is changed")
    .option("--log <dir>", "folder for the prediction log, JSON lines")
    .option(
      "--log-inputs <columns...>",
      "columns in the log beside the answers (default: all that the model takes)",
    )
    .option("--sticky <header>", "header whose value keeps a caller on one side of a rollout", "x-sticky-key")
    .option(
      "--secret <file>",
      "file that makes sticky keys fall as before a restart; made where it is absent",
    )
    .option(
      "--processes <number>",
      "processes of each model (default: a core less than there are, at most 4)",
      whole("--processes", 1, 64),
    )
    .option(
      "--memory <MB>",
      "memory of each process (default: a fair part of this machine's)",
      whole("--memory", 256, 2 ** 20),
    )
    .option(
      "--timeout <ms>",
      "longest time for one answer, and for waiting",
      whole("--timeout", 1, 3_600_000),
      10_000,
    )
    .option("--max-body <kB>", "largest request", whole("--max-body", 1, 1_000_000), 4000)
    .option("--max-rows <number>", "most rows of one request", whole("--max-rows", 1, 1_000_000), 10_000)
    .option("--queue <number>", "most requests that wait for a model", whole("--queue", 1, 1_000_000), 256)
    .option(
      "--grace <seconds>",
      "time between being asked to end and taking no more connections",
      whole("--grace", 0, 3600),
      5,
    )
    .option("--registry <dir>", "folder of releases, instead of GitHub's")
    .option("--repo <owner/name>", "repository on GitHub; needs GITHUB_TOKEN or GH_TOKEN")
    .action(async (version, options) => {
      // Loaded where they are used: every other command starts without them.
      const { serveAt } = await import("./serve.ts");
      ended(await serveAt(version, options, installation));
    });
  program
    .command("predict <version> <files...>")
    .description("score the rows of files with a version: MODEL@VERSION, or a folder of its files")
    .requiredOption("--into <file>", "what to write: .parquet or .csv")
    .option("--keep <columns...>", "columns that go along, as the key")
    .option("--names <columns>", "CSV without a header: the columns' names, separated by commas")
    .option("--missing <texts>", "texts that mean `no value`, separated by commas")
    .option("--registry <dir>", "folder of releases, instead of GitHub's")
    .option("--repo <owner/name>", "repository on GitHub; needs GITHUB_TOKEN or GH_TOKEN")
    .action(async (version, files, options) => {
      const { predictAt } = await import("./predict.ts");
      ended(await predictAt(version, files, options, installation));
    });
}

function whole(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new UserError("usage", `${option} ${text} is no whole number from ${least} to ${most}`, {
      remedy: "see `mlops-actions serve --help`",
    });
  };
}
