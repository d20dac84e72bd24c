import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Job, JobEvent } from "@mlops-actions/core";
import { living } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gpus } from "./gpus.ts";
import { localLauncher } from "./launcher.ts";

const entry = fileURLToPath(new URL("../supervisor-main.ts", import.meta.url));
const PATH = process.env.PATH ?? "";
const isLinux = process.platform === "linux";

const machine = await gpus();

let folder: string;
let jobs = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "launcher-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ended = Extract<JobEvent, { kind: "ended" }>;

async function run(
  command: string,
  job: Partial<Job> = {},
  {
    keptBytes,
    cancelWhen,
    graceMs = 300,
  }: { keptBytes?: number; cancelWhen?: string; graceMs?: number } = {},
) {
  const launcher = localLauncher({ entry, graceMs, ...(keptBytes !== undefined && { keptBytes }) });
  const reference = await launcher.submit({
    id: `job-${++jobs}`,
    command,
    cwd: folder,
    env: { PATH },
    ...job,
  });
  const said: string[] = [];
  let omitted = 0;
  let ended: Ended | undefined;
  for await (const event of launcher.follow(reference)) {
    if (event.kind === "line") said.push(event.text);
    if (event.kind === "line" && event.text === cancelWhen) await launcher.cancel(reference);
    if (event.kind === "omitted") omitted = event.bytes;
    if (event.kind === "ended") ended = event;
  }
  if (ended === undefined) throw new Error("it has no end");
  return { said, omitted, ended };
}

describe("a command", () => {
  it("ends with its own exit code, its lines in order", async () => {
    const { said, ended } = await run("echo one; echo two >&2; echo three; exit 7");
    expect(said.toSorted()).toEqual(["one", "three", "two"]);
    expect(ended).toMatchObject({ how: "exited", code: 7, signal: null, leftovers: 0, outputBytes: 14 });
    expect(await run("true")).toMatchObject({ said: [], ended: { how: "exited", code: 0 } });
  });

  it("is the shell's own text: nothing is put into it", async () => {
    const { said } = await run(`printf '%s|' "a b" '$HOME' "$X"; exit 0`, {
      env: { PATH, X: "$(echo no)`" },
    });
    expect(said).toEqual(["a b|$HOME|$(echo no)`|"]);
  });

  it("sees the environment it was given and its mark, and nothing else", async () => {
    const { said } = await run("/usr/bin/env", { env: { ONLY: "this" } });
    const names = said.map((line) => line.split("=")[0]);
    expect(names.toSorted()).toEqual(["MLOPS_JOB", "ONLY", "PWD"]);
  });

  it.runIf(isLinux)("has a parent whose environment holds nothing", async () => {
    process.env.CANARY_TOKEN = "ghs_canary";
    try {
      const { said } = await run("cat /proc/$PPID/environ | tr '\\0' '\\n'; echo end");
      expect(said.filter((line) => !line.startsWith("NODE_CHANNEL_"))).toEqual(["end"]);
    } finally {
      delete process.env.CANARY_TOKEN;
    }
  });

  it("that was killed says by which signal", async () => {
    expect((await run("kill -SEGV $$")).ended).toMatchObject({
      how: "signalled",
      code: null,
      signal: "SIGSEGV",
    });
  });

  it("whose folder is not there is refused", async () => {
    await expect(run("true", { cwd: join(folder, "absent") })).rejects.toMatchObject({
      code: "command-not-started",
    });
  });

  it("that needs a GPU no machine has is refused before it starts", async () => {
    const file = join(folder, "started");
    await expect(run(`touch ${file}`, { gpuMemoryBytes: 1e15 })).rejects.toMatchObject({ code: "no-gpu" });
    expect(existsSync(file)).toBe(false);
  });

  it.skipIf(machine.length === 0)("on a machine with GPUs says of each how it was used", async () => {
    const { ended } = await run("true", { gpuMemoryBytes: 1 });
    expect(ended.usage.gpus.map(({ name }) => name)).toEqual(machine.map(({ name }) => name));
  });
});

describe("output", () => {
  it("of 100 MB is kept up to a size, and its end all the same", async () => {
    const { said, omitted, ended } = await run(
      "yes 0123456789012345678901234567890123456789012345678 | head -c 100000000; echo; echo the end",
      {},
      { keptBytes: 1_000_000 },
    );
    expect(ended.outputBytes).toBeGreaterThanOrEqual(100_000_000);
    expect(said.reduce((sum, line) => sum + line.length + 1, 0)).toBeLessThan(1_010_000);
    expect(omitted).toBeGreaterThan(98_000_000);
    expect(said.at(-1)).toBe("the end");
  });

  it("without a newline is one line, cut", async () => {
    const { said, ended } = await run("head -c 3000000 /dev/zero | tr '\\0' x");
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^x{2000}… \(2998000 more\)$/);
    expect(ended.outputBytes).toBe(3_000_000);
  });

  it("of any bytes is text", async () => {
    const { said, ended } = await run("printf 'a\\377\\000b\\n\\342\\202\\254'; head -c 100000 /dev/urandom");
    expect(said[0]).toBe("a\ufffd\u0000b");
    expect(said[1]?.startsWith("€")).toBe(true);
    expect(ended).toMatchObject({ how: "exited", code: 0 });
  });
});

describe.runIf(isLinux)("nothing is left", () => {
  it("of what ignores SIGTERM over its time", async () => {
    const { ended } = await run("trap '' TERM; echo on; while :; do sleep 97.1; done", { limitSeconds: 0.4 });
    expect(ended).toMatchObject({ how: "over-time" });
    expect(living("sleep 97.1")).toEqual([]);
  });

  it("of what runs in a session of its own with its pipes closed", async () => {
    const { ended } = await run("setsid sh -c 'setsid sleep 97.2 >/dev/null 2>&1 <&- & sleep 0.2'; echo off");
    expect(ended).toMatchObject({ how: "exited", code: 0, leftovers: 1 });
    expect(living("sleep 97.2")).toEqual([]);
  });

  it("of a process that lost its parents and its environment while it was watched", async () => {
    const { ended } = await run("(setsid env -i /bin/sleep 97.3 & sleep 2) ; exit 0");
    expect(ended).toMatchObject({ how: "exited", leftovers: 1 });
    expect(living("sleep 97.3")).toEqual([]);
  });

  it("of a job that is cancelled", async () => {
    const { ended } = await run("echo on; sleep 97.4", {}, { cancelWhen: "on" });
    expect(ended).toMatchObject({ how: "cancelled" });
    expect(living("sleep 97.4")).toEqual([]);
  });

  it("of a job whose supervisor is killed by its own job", async () => {
    const { ended } = await run("sleep 97.5 & kill -KILL $PPID; sleep 97.5");
    expect(ended).toMatchObject({ how: "lost", usage: { cpuSeconds: null } });
    expect(living("sleep 97.5")).toEqual([]);
  });

  it("where whoever launched it is killed", async () => {
    const file = join(folder, "helper-ready");
    const launcher = fileURLToPath(new URL("./launcher.ts", import.meta.url));
    const script = `
      const { localLauncher } = await import(${JSON.stringify(launcher)});
      const launcher = localLauncher({ entry: ${JSON.stringify(entry)}, graceMs: 300 });
      const job = await launcher.submit({ id: "orphan", command: ${JSON.stringify(`trap '' TERM; touch ${file}; (setsid sleep 97.6 &) ; while :; do sleep 97.6; done`)}, cwd: "/", env: { PATH: process.env.PATH } });
      for await (const event of launcher.follow(job));
    `;
    const helper = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "ignore" });
    while (!existsSync(file) || living("sleep 97.6").length < 2) await wait(20);
    helper.kill("SIGKILL");
    const left = () => [...living("sleep 97.6"), ...living("supervisor-main")];
    const until = Date.now() + 5_000;
    while (left().length > 0 && Date.now() < until) await wait(50);
    expect(left()).toEqual([]);
  });
});

describe.runIf(isLinux)("usage", () => {
  it("counts CPU time and memory of the whole tree", async () => {
    // Until it has used half a second, however busy the machine is.
    const work =
      "const a = Buffer.alloc(2e8, 1); while (process.cpuUsage().user < 5e5); console.log(a.length)";
    const node = `"${process.execPath}" -e '${work}'`;
    const { ended } = await run(`${node} & ${node}; wait`);
    expect(ended.usage.cpuSeconds).toBeGreaterThan(0.9);
    expect(ended.usage.peakMemoryBytes).toBeGreaterThan(2e8);
    expect(ended.usage.wallSeconds).toBeGreaterThan(0.4);
  });
});
