import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildInto, folderOf, mlops } from "./command.ts";
import { churn, csv, customers, rules } from "./project.ts";

let built: Awaited<ReturnType<typeof folderOf>>;
let main: string;
beforeAll(async () => {
  built = await folderOf({});
  main = join(await buildInto(built.path), "cli.js");
});
afterAll(() => built[Symbol.asyncDispose]());

test.concurrent("what is not a terminal gets plain text: words for verdicts, no colours, no signs beyond ASCII, the exit code last", async () => {
  await using folder = await folderOf(churn("worse"));
  const { exit, stdout, stderr } = await mlops(["evaluate", "--project", folder.path], { main });
  expect([exit, stderr]).toEqual([1, ""]);
  expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
  expect(stdout).toMatch(/^FAIL {2}auc is worse/);
  expect(stdout).toMatch(/^ +auc .*-> .*FAIL$/m);
  expect(stdout.endsWith("\n\nexit 1\n")).toBe(true);
});

test.concurrent.each([
  ["a fail", {}, 1, /^fail: auc -0\.\d+/],
  ["a fault", { "mlops.yml": rules("key: id", "key: idd") }, 3, /^could not judge: .*idd/],
])("--quiet says %s in one plain line", async (_name, files, code, says) => {
  await using folder = await folderOf({ ...churn("worse"), ...files });
  const { exit, stdout, stderr } = await mlops(["evaluate", "--project", folder.path, "--quiet"], { main });
  expect([exit, stderr]).toEqual([code, ""]);
  expect(stdout).toMatch(says);
  expect(stdout).toMatch(/^[\x20-\x7e]+\n$/);
});

test.concurrent("names from data cannot move the cursor or give commands to a runner", async () => {
  const { test: rows, good, poor } = customers(300);
  const odd = rows.map((row) => ({
    ...row,
    plan: row.plan === "pro" ? "\u001b[2Jred\u0007" : '"::error::x, y"',
  }));
  await using folder = await folderOf({
    "mlops.yml": rules("- flips <= 90%", "- worst(accuracy by plan) >= 99%"),
    "data/test.csv": csv(odd),
    "new.csv": csv(poor),
    "old.csv": csv(good),
  });
  const { exit, stdout } = await mlops(["evaluate", "--project", folder.path], { main });
  expect([exit, stdout]).toEqual([1, expect.stringContaining("FAIL")]);
  expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
  expect(stdout).not.toMatch(/^\s*::/m);
});

test.concurrent("the same files give the same bytes of evidence, whatever the time zone and the language", async () => {
  await using folder = await folderOf(churn());
  const judged = async (name: string, env: Record<string, string>) => {
    const out = join(folder.path, `${name}.json`);
    const page = join(folder.path, `${name}.html`);
    const args = ["evaluate", "--project", folder.path, "--evidence", out, "--report", page];
    const { stdout } = await mlops(args, { main, env });
    const time = /"(started|finished)": "[^"]+"/g;
    const text = (await readFile(out, "utf8")).replaceAll(time, '"$1": ""');
    return { stdout, text, page: (await readFile(page, "utf8")).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "") };
  };
  const first = await judged("first", { TZ: "UTC", LC_ALL: "C" });
  expect(first.text).toContain('"started": ""');
  expect(
    await judged("turkish", { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }),
  ).toEqual(first);
  expect(await judged("german", { TZ: "Etc/GMT+12", LC_ALL: "de_DE.UTF-8", LANGUAGE: "de" })).toEqual(first);
});

test.skipIf(process.platform !== "linux").each(["SIGINT", "SIGTERM"] as const)(
  "%s ends the measuring child too, and leaves neither folders nor half a file",
  async (signal) => {
    await using folder = await folderOf({});
    await using temp = await folderOf({});
    await using places = await folderOf({});
    for (const [name, text] of Object.entries(churn("better", 30_000)))
      await writeFile(join(folder.path, name.replace("data/", "")), text.replace("data/test", "test"));
    const children: number[] = [];
    const told = await mlops(
      ["evaluate", "--project", folder.path, "--evidence", join(places.path, "out.json")],
      {
        main,
        env: { TMPDIR: temp.path },
        onStart: async (child) => {
          while (children.length === 0 && child.exitCode === null) {
            const made = await readdir(temp.path);
            if (made.some((name) => name.startsWith("child-")))
              children.push(...(await childrenOf(child.pid)));
            else await sleep(5);
          }
          child.kill(signal);
        },
      },
    );
    expect(children).toHaveLength(1);
    // Ended by the signal itself, as a shell expects it.
    expect([told.exit, told.stdout]).toEqual([null, ""]);
    await expect.poll(() => Promise.all(children.map(isAlive)), { timeout: 10_000 }).toEqual([false]);
    await expect.poll(() => readdir(temp.path), { timeout: 10_000 }).toEqual([]);
    expect(await readdir(places.path)).toEqual([]);
  },
);

async function childrenOf(pid: number | undefined): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

// A process that nobody has collected yet is dead all the same.
async function isAlive(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "0 (gone) Z");
  return !/\) [ZX]/.test(state);
}
