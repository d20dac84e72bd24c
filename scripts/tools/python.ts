import { readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.ts";
import type { Source } from "./source.ts";

/** `requirements.txt` and all that it brings along, by version and SHA-256. */
const LOCK = join(import.meta.dirname, "requirements.lock");
const PROGRAMS = ["gto", "zizmor"];

/** A virtual environment. Its `bin/python` is what `MLOPS_PYTHON` may name. */
export const python: Source = {
  name: "Python",
  pins: readFileSync(LOCK, "utf8").trim().split("\n"),
  programs: PROGRAMS,
  async install(folder) {
    await command("python3", ["-m", "venv", folder]);
    const bin = join(folder, "bin");
    await command(join(bin, "python"), [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"],
      ...["--require-hashes", "--requirement", LOCK],
    ]);
    return Object.fromEntries(PROGRAMS.map((name) => [name, { path: join(bin, name) }]));
  },
};
