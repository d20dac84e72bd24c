import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { type Folder, message, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scene } from "../registry/scene.ts";
import { adults, columnsOf, eventually, expected, modelProcesses, versionIn } from "../serving/scene.ts";
import { buildInto, mlops, REPOSITORY, SOURCE } from "./command.ts";

let own: Folder;
let version: string;
beforeAll(async () => {
  own = await temporaryFolder("serve");
  version = await versionIn(join(own.path, "version"));
  await writeFile(join(own.path, "short"), "short");
});
afterAll(() => own[Symbol.asyncDispose]());

const CENSUS = join(REPOSITORY, "examples/census-income/data/test.csv");

interface Served extends AsyncDisposable {
  url: string;
  child: ChildProcess;
  stderr(): string;
}

/** `mlops-actions serve …` on any free port, once it says where. */
async function served(
  args: readonly string[],
  { main = SOURCE, cwd = own.path, env = {} } = {},
): Promise<Served> {
  const child = spawn(process.execPath, [main, "serve", ...args, "--port", "0", "--processes", "1"], {
    cwd,
    env: { PATH: process.env.PATH, HOME: own.path, MLOPS_NATIVES: REPOSITORY, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const url = () => / answers at (http:\S+)\n/.exec(said)?.[1];
  await eventually(() => url() !== undefined || child.exitCode !== null);
  return {
    url: url() ?? `nowhere: ${stderr}`,
    child,
    stderr: () => stderr,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function infer(url: string): Promise<{ model_version: string; outputs: [{ data: number[] }] }> {
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify({ inputs: columnsOf(await adults(3)) }),
  });
  expect(answer.status).toBe(200);
  return JSON.parse(await answer.text());
}

function traffic(socketPath: string, method = "GET", body?: unknown, path = "/traffic"): Promise<string> {
  return new Promise((done, failed) => {
    const asked = request({ socketPath, path, method }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => done(text));
    });
    asked.on("error", failed).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe("mlops-actions serve", () => {
  it("answers for a folder of a version, and ends without losing anything when it is asked to", async () => {
    const [log, admin, secret] = ["log", "admin.sock", "secret"].map((name) => join(own.path, name)) as [
      string,
      string,
      string,
    ];
    await using server = await served([
      version,
      "--log",
      log,
      "--admin",
      admin,
      "--secret",
      secret,
      "--grace",
      "1",
    ]);
    const wanted = (await expected("adult-columns")).slice(0, 3);
    const { outputs, model_version } = await infer(server.url);
    expect(model_version).toMatch(/^[0-9a-f]{12}$/);
    for (const [i, one] of wanted.entries()) expect(outputs[0].data[i]).toBeCloseTo(one, 6);
    expect(JSON.parse(await traffic(admin))).toEqual({ stable: { version: model_version }, canary: null });
    expect((await stat(admin)).mode & 0o777).toBe(0o600);
    expect(await stat(secret)).toMatchObject({ size: 32, mode: 0o100600 });
    server.child.kill("SIGTERM");
    await eventually(() => server.stderr().includes("ending"));
    // Still there for whoever has not heard of it.
    await infer(server.url);
    const [exit] = await once(server.child, "exit");
    expect(exit).toBe(0);
    const [name, ...others] = await readdir(log);
    expect(others).toEqual([]);
    expect((await readFile(join(log, name as string), "utf8")).trim().split("\n")).toHaveLength(6);
  });

  it("leaves no process behind when it is killed", async () => {
    await using server = await served([version]);
    const [pid] = await modelProcesses(server.child.pid);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    server.child.kill("SIGKILL");
    await eventually(() => !existsSync(`/proc/${pid}`));
  });

  it("listens on loopback unless it is told otherwise", async () => {
    await using server = await served([version]);
    expect(new URL(server.url).hostname).toBe("127.0.0.1");
    expect(server.url).toMatch(/\/v2\/models\/census-income\/infer$/);
  });

  it("serves what the registry has, by version and by environment, and takes another one from there", async () => {
    const at = await scene();
    try {
      const bytes = await readFile(join(version, "model.onnx"));
      await at.publish({ bytes });
      await at.publish({ bytes: Buffer.concat([bytes, message([14, message([1, "a"], [2, "note"])])]) });
      const admin = join(own.path, "second.sock");
      const place = { cwd: at.repository.root };
      await using server = await served(
        ["census-income@1.0.0", "--registry", at.folder, "--admin", admin],
        place,
      );
      expect((await infer(server.url)).model_version).toBe("1.0.0");
      const put = await traffic(admin, "PUT", { version: "1.1.0" }, "/slots/canary");
      expect(JSON.parse(put)).toEqual({
        stable: { version: "1.0.0" },
        canary: { version: "1.1.0", weight: 0 },
      });
      const none = await traffic(admin, "PUT", { version: "7.0.0" }, "/slots/canary");
      expect(JSON.parse(none)).toMatchObject({ code: "no-such-version" });
    } finally {
      await at.repository[Symbol.asyncDispose]();
    }
  });

  it.each<[string, () => string[], RegExp]>([
    ["a folder that is no version", () => [own.path], /has no manifest\.json/],
    [
      "a port that is none",
      () => [version, "--port", "http"],
      /--port http is no whole number from 0 to 65535/,
    ],
    ["a version that is not there", () => ["census-income@9.9.9"], /no Git repository|No version/],
    [
      "a secret that is too short",
      () => [version, "--secret", join(own.path, "short")],
      /cannot be used: it has fewer than 32 bytes/,
    ],
    [
      "a log where no folder can be",
      () => [version, "--log", "/proc/nope/log"],
      /No log can be kept in \/proc\/nope\/log: .*mkdir '\/proc\/nope'[\s\S]*--log/,
    ],
  ])("refuses %s with exit 3", async (_, args, said) => {
    const told = await mlops(["serve", ...args()], { cwd: own.path, env: { HOME: own.path } });
    expect(told).toMatchObject({ exit: 3, stdout: "", stderr: expect.stringMatching(said) });
  });

  it("runs as the built bundle, its processes too", async () => {
    const main = join(await buildInto(own.path), "cli.js");
    await using server = await served([version], { main });
    await infer(server.url);
  });
});

describe("mlops-actions predict", () => {
  it("scores a file as the server does, row by row, with the columns that are to go along", async () => {
    const into = join(own.path, "scores.csv");
    const told = await mlops(["predict", version, CENSUS, "--into", into, "--keep", "id"]);
    expect(told).toMatchObject({ exit: 0, stderr: "" });
    expect(told.stdout).toMatch(/^16281 rows scored by census-income@[0-9a-f]{12} into /);
    const [head, ...lines] = (await readFile(into, "utf8")).trim().split("\n");
    expect(head).toBe("id,score");
    expect(lines).toHaveLength(16_281);
    for (const [i, one] of (await expected("adult-columns")).entries()) {
      const [id, score] = (lines[i] as string).split(",").map(Number);
      expect(id).toBe(i);
      expect(score).toBeCloseTo(one, 6);
    }
  });

  it("takes codes that look like numbers for the texts that the model was trained on", async () => {
    const [head, first] = (await readFile(CENSUS, "utf8")).split("\n");
    const codes = join(own.path, "codes.csv");
    await writeFile(codes, `${head}\n${first?.replace("Private", "1")}\n`);
    const into = join(own.path, "codes.parquet");
    const told = await mlops(["predict", version, codes, "--into", into]);
    expect(told).toMatchObject({ exit: 0, stderr: "" });
    expect((await stat(into)).size).toBeGreaterThan(0);
  });

  it("takes a column without any value for the numbers that the model takes, and names the line of a text there", async () => {
    const [head = "", first = ""] = (await readFile(CENSUS, "utf8")).split("\n");
    const rows = join(own.path, "gap.csv");
    const into = join(own.path, "gap-scores.csv");
    const scored = async (age: string) => {
      await writeFile(rows, `${head}\n${first.replace(/^0,\d+/, `0,${age}`)}\n`);
      return mlops(["predict", version, rows, "--into", into, "--keep", "age"]);
    };
    expect(await scored("")).toMatchObject({ exit: 0, stderr: "" });
    expect(await readFile(into, "utf8")).toMatch(/^age,score\n,/);
    expect(await scored("old")).toMatchObject({
      exit: 3,
      stderr: expect.stringMatching(/gap\.csv:2 error: .*gap\.csv, line 2: .*"age"; .*"old"/),
    });
  });

  it("reads files as `init` does: without a header, with a text that means no value", async () => {
    const [head = "", ...rows] = (await readFile(CENSUS, "utf8")).trim().split("\n");
    const raw = join(own.path, "raw.csv");
    await writeFile(raw, `${rows.slice(0, 3).join("\n").replaceAll("Private", "?")}\n`);
    const into = join(own.path, "new/folder/raw-scores.csv");
    const args = ["predict", version, raw, "--into", into, "--names", head, "--missing", "?"];
    // Said twice, a column goes along once.
    const told = await mlops([...args, "--keep", "id", "workclass", "id"]);
    expect(told).toMatchObject({ exit: 0, stderr: "" });
    expect((await readFile(into, "utf8")).split("\n", 2)).toEqual([
      "id,workclass,score",
      expect.stringMatching(/^0,,0\.\d+$/),
    ]);
  });

  it.each<[string, string[], RegExp]>([
    [
      "a file that is not there",
      ["none.csv"],
      /there is no file none\.csv\n {2}check the path; it is taken from/,
    ],
    ["a folder", ["."], /error: \. is a folder\n {2}name the files/],
    [
      "files of two kinds",
      [CENSUS, "two.parquet"],
      /test\.csv is CSV and two\.parquet Parquet[\s\S]*one kind/,
    ],
  ])(
    "says what is wrong with %s, and nothing of an mlops.yml that it does not read",
    async (_, files, says) => {
      await writeFile(join(own.path, "two.parquet"), "");
      const told = await mlops(["predict", version, ...files, "--into", "x.csv"], { cwd: own.path });
      expect(told).toMatchObject({ exit: 3, stdout: "", stderr: expect.stringMatching(says) });
      expect(told.stderr).not.toContain("mlops.yml");
    },
  );

  it("says what it lacks before it writes anything", async () => {
    const rows = join(own.path, "rows.csv");
    await cp(CENSUS, rows);
    const over = await mlops(["predict", version, rows, "--into", rows]);
    expect([over.exit, over.stderr]).toEqual([
      3,
      expect.stringContaining("holds the rows that are to be scored"),
    ]);
    expect(await readFile(rows)).toEqual(await readFile(CENSUS));
    const into = join(own.path, "none.parquet");
    const penguins = join(REPOSITORY, "examples/penguins-species/data/penguins.csv");
    expect(await mlops(["predict", version, penguins, "--into", into])).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('needs the column "age"'),
    });
    expect(await mlops(["predict", version, CENSUS, "--into", into, "--keep", "key"])).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('has no column "key" to keep'),
    });
    expect(await mlops(["predict", version, CENSUS, "--into", "scores.txt"])).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("neither Parquet nor CSV"),
    });
    await expect(stat(into)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
