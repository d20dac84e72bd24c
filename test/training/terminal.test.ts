import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gitRepository, living, temporaryFolder } from "@mlops-actions/testkit";
import { openCandidate } from "@mlops-actions/training";
import { expect, test } from "vitest";
import { mlops, SOURCE } from "../terminal/command.ts";
import { write } from "../terminal/project.ts";
import { ONNX, project, ROWS } from "./scene.ts";

test("`train` prints the verdict, keeps evidence and report, and makes a candidate that Git does not see", async () => {
  await using repository = await gitRepository(
    project(`${ONNX}; echo '::set-output name=a::b'; echo '##[error]x'`, { ".gitignore": "out/\ntold/\n" }),
  );
  const told = await mlops(["train", "--evidence", "told/e.json", "--report", "told/r.html"], {
    cwd: repository.path,
  });
  expect(told).toMatchObject({ exit: 0 });
  expect(told.stdout).toContain("trained in ");
  expect(told.stderr).toBe(": :set-output name=a::b\n# #[error]x\n");
  const { evidence, manifest } = await openCandidate(join(repository.path, ".mlops/candidate"));
  expect(JSON.parse(await readFile(join(repository.path, "told/e.json"), "utf8"))).toEqual(evidence);
  expect(manifest.training.commit).toBe(await repository.revision());
  expect(await readFile(join(repository.path, "told/r.html"), "utf8")).toContain("model.onnx");
  expect(await repository.git.text(["status", "--porcelain"])).toBe("");
  // The second training of the same inputs is the same candidate but for times.
  expect((await mlops(["train", "--quiet", "--into", "other"], { cwd: repository.path })).stderr).toBe("");
  expect((await openCandidate(join(repository.path, "other"))).manifest).toMatchObject({
    files: manifest.files,
    training: { code: manifest.training.code, data: manifest.training.data },
  });
});

test.each([
  ["a script that fails", project("exit 7"), [], "`sh train.sh` ended with exit code 7"],
  ["no project", {}, [], "There is no `mlops.yml`"],
  ["no section", { "mlops.yml": "model: a\ntask: binary\ndata: {}\n" }, [], "`train` is missing"],
  [
    "a folder that is used",
    { ...project(ONNX), "used/x": "1" },
    ["--into", "used"],
    "has files that are no candidate's",
  ],
  [
    "a folder that cannot be",
    project(ONNX),
    ["--into", "/proc/nope/made"],
    "/proc/nope/made cannot be written",
  ],
  ["a report that is none", project(ONNX), ["--report", "a.pdf"], "neither Markdown nor HTML"],
])("`train` ends with 3 at %s", async (_, files, args, says) => {
  await using folder = await temporaryFolder("terminal");
  await write(folder.path, files);
  const told = await mlops(["train", ...args], { cwd: folder.path });
  expect(told.exit).toBe(3);
  expect(told.stdout + told.stderr).toContain(says);
  expect(existsSync(join(folder.path, ".mlops/candidate"))).toBe(false);
});

test("Ctrl-C ends the training, and says so", async () => {
  await using folder = await temporaryFolder("terminal");
  await write(folder.path, project("trap '' INT; touch on; while :; do sleep 85.1; done"));
  const told = mlops(["train"], {
    cwd: folder.path,
    onStart: async (child) => {
      while (!existsSync(join(folder.path, "on"))) await wait(20);
      child.kill("SIGINT");
    },
  });
  expect(await told).toMatchObject({ exit: 3, stdout: expect.stringContaining("was cancelled") });
  expect(living("sleep 85.1")).toEqual([]);
});

test("a terminal that is killed leaves no training behind", async () => {
  await using folder = await temporaryFolder("terminal");
  await write(folder.path, project("trap '' TERM; touch on; while :; do sleep 85.2; done"));
  const child = spawn(process.execPath, [SOURCE, "train"], { cwd: folder.path, stdio: "ignore" });
  while (!existsSync(join(folder.path, "on"))) await wait(20);
  child.kill("SIGKILL");
  const until = Date.now() + 10_000;
  while (living("sleep 85.2").length > 0 && Date.now() < until) await wait(50);
  expect(living("sleep 85.2")).toEqual([]);
});

test("`projects` lists what a change affects, for a matrix", async () => {
  const one = (model: string) => `model: ${model}\ntask: binary\ndata: {}\n`;
  await using repository = await gitRepository({
    "a/mlops.yml": one("a"),
    "b/mlops.yml": one("b"),
    "b/x.py": "1",
  });
  const ask = async (...args: string[]) => {
    const told = await mlops(["projects", ...args], { cwd: repository.path });
    return told.exit === 0 ? JSON.parse(told.stdout) : told;
  };
  const b = { project: "b", model: "b", affected: true };
  // Where nothing was before, everything is new.
  expect(await ask()).toEqual([{ project: "a", model: "a", affected: true }, b]);
  await repository.commit({ "b/x.py": "2" });
  expect(await ask()).toEqual([{ project: "a", model: "a", affected: false }, b]);
  expect(await ask("--changed")).toEqual([b]);
  expect(await ask("--changed", "--base", "HEAD")).toEqual([]);
  expect(await ask("--base", "nowhere")).toMatchObject({
    exit: 3,
    stderr: expect.stringContaining("no commit `nowhere`"),
  });
  await mkdir(join(repository.path, "a/data"));
  await writeFile(join(repository.path, "a/data/train.csv"), ROWS);
  expect(await ask("--changed")).toHaveLength(2);
});
