import { UserError } from "@mlops-actions/core";
import { Command, CommanderError } from "commander";
import { evaluateAt } from "./evaluate.ts";
import type { Installation } from "./installation.ts";
import { registryCommands } from "./registry/commands.ts";

/** Reads the command line and runs it. @returns the exit code; argument errors are 3, as every mistake of the user is. */
export async function run(argv: readonly string[], installation: Installation): Promise<number> {
  let exit = 0;
  const program = new Command("mlops-actions")
    .description("Model review where code review already happens")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  program
    .command("evaluate")
    .description("judge the candidate's predictions by the rules of mlops.yml")
    .option("--project <dir>", "folder with the mlops.yml", ".")
    .option("--evidence <file>", "write the evidence, an in-toto statement in JSON")
    .option("--report <file>", "write the report: .md or .html")
    .option("--quiet", "print the verdict only", false)
    .action(async (options) => {
      exit = await evaluateAt(options, installation);
    });
  registryCommands(
    program,
    (code) => {
      exit = code;
    },
    installation.githubRegistry,
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
