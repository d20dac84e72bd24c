import { UserError } from "@mlops-actions/core";
import { Command, CommanderError } from "commander";
import { deployAt } from "./deploy.ts";
import { driftAt } from "./drift.ts";
import { evaluateAt } from "./evaluate.ts";
import { initAt } from "./init.ts";
import type { Installation } from "./installation.ts";
import { projectsAt } from "./projects.ts";
import { registerAt } from "./register.ts";
import { registryCommands } from "./registry/commands.ts";
import { githubRegistry } from "./registry/github.ts";
import { servingCommands } from "./serving/commands.ts";
import { TOOL } from "./tool.ts";
import { trainAt } from "./train.ts";
import { validateAt } from "./validate.ts";

/** Reads the command line and runs it. @returns the exit code; argument errors are 3, as every mistake of the user is. */
export async function run(argv: readonly string[], installation: Installation): Promise<number> {
  let exit = 0;
  const program = new Command("mlops-actions")
    .description("Model review where code review already happens")
    .version(TOOL, "-V, --version", "name and number of this program")
    // `deploy --version` is another one.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  program
    .command("init")
    .description("propose an mlops.yml from what the data looks like, and the workflows that go with it")
    .argument("[data...]", "the training rows, and the test rows (default: data/train.* and data/test.*)")
    .option("--project <dir>", "folder for the mlops.yml", ".")
    .option("--label <column>", "the column that the model predicts")
    .option("--key <column>", "the column that names a row")
    .option("--model <name>", "the model's name (default: that of the folder)")
    .option("--run <command>", "how it is trained", "python train.py")
    .option("--names <columns>", "CSV without a header: the columns' names, separated by commas")
    .option("--missing <texts>", "texts that mean `no value`, separated by commas")
    .option("--strict", "a verdict that chance leaves open blocks", false)
    .option("--workflows <names>", "starter workflows, separated by commas", "model-review,model-release")
    .action(async (data, options) => {
      exit = await initAt(data, options, installation);
    });
  const stage = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("--project <dir>", "folder with the mlops.yml", ".")
      .option("--evidence <file>", "write the evidence, an in-toto statement in JSON")
      .option("--report <file>", "write the report: .md or .html")
      .option("--quiet", "print the verdict only", false);
  stage("validate", "check the tables by the rules of mlops.yml").action(async (options) => {
    exit = await validateAt(options, installation);
  });
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
  stage("deploy", "bring a version to an environment: one step, from what is true")
    .requiredOption("--environment <name>", "as in `production`")
    .option("--mode <mode>", "start, tick or rollback", "start")
    .option(
      "--version <number>",
      "start: which (default: the newest); rollback: to which (default: the one before)",
    )
    .option("--watch <time>", "go on for so long: 45min")
    .option("--again", "begin although it was rolled back here before", false)
    .option("--approve", "you agree, where the environment asks for approval", false)
    .option("--registry <dir>", "folder of releases, instead of the repository's own")
    .action(async (options) => {
      exit = await deployAt(options);
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
  const ended = (code: number) => {
    exit = code;
  };
  registryCommands(program, ended, githubRegistry);
  servingCommands(program, ended, installation);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") {
      process.stdout.write(program.helpInformation());
      return 3;
    }
    const asked = program.commands.find((command) => command.name() === argv[2]);
    throw new UserError("usage", error.message.replace(/^error: /, ""), {
      remedy: `see \`mlops-actions ${asked === undefined ? "" : `${asked.name()} `}--help\``,
    });
  }
  return exit;
}
