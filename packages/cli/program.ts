import { UserError } from "@mlops-actions/core";
import { Command, CommanderError } from "commander";
import { driftAt } from "./drift.ts";
import { evaluateAt } from "./evaluate.ts";
import type { Installation } from "./installation.ts";
import { projectsAt } from "./projects.ts";
import { registerAt } from "./register.ts";
import { registryCommands } from "./registry/commands.ts";
import { githubRegistry } from "./registry/github.ts";
import { trainAt } from "./train.ts";

/** Reads the command line and runs it. @returns the exit code; argument errors are 3, as every mistake of the user is. */
export async function run(argv: readonly string[], installation: Installation): Promise<number> {
  let exit = 0;
  const program = new Command("mlops-actions")
    .description("Model review where code review already happens")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const stage = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("--project <dir>", "folder with the mlops.yml", ".")
      .option("--evidence <file>", "write the evidence, an in-toto statement in JSON")
      .option("--report <file>", "write the report: .md or .html")
      .option("--quiet", "print the verdict only", false);
  stage("train", "train the candidate on this machine, as mlops.yml says")
    .option("--into <dir>", "folder for the candidate; what is in it is replaced (default: .mlops/candidate)")
    .action(async (options) => {
      exit = await trainAt(options, installation);
    });
  stage("evaluate", "judge the candidate by the rules of mlops.yml")
    .option(
      "--candidate <dir>",
      "folder of what train has made (default: .mlops/candidate, where there is one)",
    )
    .action(async (options) => {
      exit = await evaluateAt(options, installation);
    });
  stage("register", "make a version of what was trained and judged: a tag, and a release with its bytes")
    .requiredOption("--evaluation <file>", "the evidence that evaluate --evidence has written")
    .option("--candidate <dir>", "folder of what train has made (default: .mlops/candidate)")
    .option("--registry <dir>", "folder of releases, instead of GitHub's")
    .option("--repo <owner/name>", "repository on GitHub; needs GITHUB_TOKEN or GH_TOKEN")
    .action(async (options) => {
      exit = await registerAt(options, installation);
    });
  stage("drift", "compare what the model sees now with what it was made of")
    .option("--previous <file>", "the evidence of the check before this one: since when, twice in a row")
    .action(async (options) => {
      exit = await driftAt(options, installation);
    });
  program
    .command("projects")
    .description("the projects of this repository and whether they are affected, as JSON for a matrix")
    .option("--changed", "only those that are affected", false)
    .option("--base <ref>", "what to compare with (default: where this left origin's default branch)")
    .action(async (options) => {
      exit = await projectsAt(options);
    });
  registryCommands(
    program,
    (code) => {
      exit = code;
    },
    githubRegistry,
  );
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") {
      process.stdout.write(program.helpInformation());
      return 3;
    }
    throw new UserError("usage", error.message.replace(/^error: /, ""), {
      remedy: "see `mlops-actions --help`",
    });
  }
  return exit;
}
