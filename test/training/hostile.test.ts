import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { living } from "@mlops-actions/testkit";
import { openCandidate } from "@mlops-actions/training";
import { expect, test } from "vitest";
import { detailsOf, faultOf, ONNX, project, ROWS, type Running, textIn, trainIn, training } from "./scene.ts";

interface Case {
  script: string;
  swaps?: Readonly<Record<string, string>>;
  more?: Readonly<Record<string, string>>;
  running?: Running;
  code: string;
  /** What a person reads of it. */
  says: string;
}

const TO_TEXT = { "out/model.onnx }": "out/model.txt }" };

test.each<[string, Case]>([
  [
    "ends with 7",
    {
      script: "echo one; echo two >&2; exit 7",
      code: "train-failed",
      says: "`sh train.sh` ended with exit code 7",
    },
  ],
  ["has no program", { script: "no-such-program", code: "train-failed", says: "is not on the PATH" }],
  [
    "is killed",
    {
      script: "true",
      swaps: { "sh train.sh": "kill -KILL $$" },
      code: "train-killed",
      says: "no memory left",
    },
  ],
  [
    "is over its time, ignores SIGTERM and forks",
    {
      script: "trap '' TERM; (setsid sleep 86.1 &); while :; do sleep 86.1; done",
      swaps: { "20 s": "500 ms" },
      code: "train-over-budget",
      says: "was not done after 500 ms and was ended",
    },
  ],
  ["writes nothing", { script: "true", code: "no-output", says: "`out/model.onnx` is not there" }],
  [
    "writes an empty file",
    { script: ": > out/model.onnx", code: "no-output", says: "`out/model.onnx` is empty" },
  ],
  [
    "writes an empty folder",
    {
      script: "mkdir -p out/model/a",
      swaps: { "out/model.onnx": "out/model" },
      code: "no-output",
      says: "has no file in it",
    },
  ],
  [
    "calls a pickle ONNX",
    {
      script: "printf '\\200\\004\\225\\001\\000' > out/model.onnx",
      code: "not-onnx",
      says: "is called ONNX and is a pickle, which runs code",
    },
  ],
  [
    "calls PyTorch's format ONNX",
    {
      script: "printf 'PK\\003\\004' > out/model.onnx",
      code: "not-onnx",
      says: "as PyTorch's own format is",
    },
  ],
  [
    "links out of the project",
    {
      script: "ln -s /etc/passwd out/model.onnx",
      code: "output-refused",
      says: "is a link that leads out of the project's folder",
    },
  ],
  [
    "links out through its folder",
    {
      script: "rm -r out; ln -s /etc out",
      swaps: { "model.onnx }": "passwd }" },
      code: "output-refused",
      says: "a link that leads out",
    },
  ],
  [
    "links to nothing",
    { script: "ln -s nowhere out/model.onnx", code: "no-output", says: "is a link to nothing" },
  ],
  [
    "makes a hard link",
    { script: "ln data/train.csv out/model.onnx", code: "output-refused", says: "is a hard link" },
  ],
  [
    "makes a pipe",
    { script: "mkfifo out/model.onnx", code: "output-refused", says: "is not a regular file" },
  ],
  [
    "has a link in its folder",
    {
      script: "mkdir out/model; echo w > out/model/w; ln -s /etc/passwd out/model/p",
      swaps: { "out/model.onnx": "out/model" },
      code: "output-refused",
      says: "has a link or a special file: `p`",
    },
  ],
  [
    "names a file outside",
    {
      script: "echo w > ../model.onnx",
      swaps: { "out/model.onnx": "../model.onnx" },
      code: "path-outside",
      says: "is not a path inside the project's folder",
    },
  ],
  [
    "would replace its data",
    {
      script: "true",
      swaps: { "out/model.onnx": "data" },
      code: "output-holds-inputs",
      says: "`data` is an output and holds train.csv",
    },
  ],
  [
    "would replace its project",
    {
      script: "true",
      swaps: { "out/model.onnx": "./out/.." },
      code: "path-outside",
      says: "is not a path inside",
    },
  ],
  [
    "says not how its model answers",
    {
      script: "echo w > out/model.txt",
      swaps: TO_TEXT,
      code: "no-predict",
      says: "Nobody says how `model.txt` answers",
    },
  ],
  [
    "answers nothing",
    {
      script: "echo w > out/model.txt",
      swaps: { ...TO_TEXT, "train:\n  run": "predict: { run: 'true' }\ntrain:\n  run" },
      code: "no-output",
      says: "wrote nothing to `MLOPS_OUTPUT`",
    },
  ],
  [
    "changes the model while it answers",
    {
      script: "echo w > out/model.txt",
      swaps: {
        ...TO_TEXT,
        "train:\n  run":
          "predict: { run: 'echo other > $MLOPS_MODEL; cp $MLOPS_INPUT $MLOPS_OUTPUT' }\ntrain:\n  run",
      },
      code: "model-changed",
      says: "`model.txt` was changed while it answered",
    },
  ],
  [
    "writes a threshold that is none",
    {
      script: `${ONNX}; echo '{"threshold": "0.5"}' > out/t.json`,
      swaps: { "model.onnx }": "model.onnx, threshold: out/t.json }" },
      code: "output-unreadable",
      says: "`out/t.json` does not hold what it should",
    },
  ],
  [
    "writes a link that is no address",
    {
      script: `${ONNX}; echo '{"run": "javascript:alert(1)"}' > out/links.json`,
      code: "links-unreadable",
      says: "https only",
    },
  ],
  [
    "asks for the job's own rights",
    {
      script: "true",
      swaps: { "  budget": "  env: [HF_TOKEN, GITHUB_*]\n  budget" },
      code: "env-forbidden",
      says: "`GITHUB_*` would pass `GITHUB_TOKEN`",
    },
  ],
  [
    "asks for everything",
    {
      script: "true",
      swaps: { "  budget": "  env: ['*']\n  budget" },
      code: "env-pattern",
      says: "is not the name of a variable",
    },
  ],
  [
    "has a budget in no unit",
    { script: "true", swaps: { "20 s": "20 parsecs" }, code: "condition-unit", says: "parsecs is no unit" },
  ],
  [
    "has a budget of memory",
    { script: "true", swaps: { "20 s": "20 MB" }, code: "amount", says: "Write `time: 30 min`" },
  ],
  [
    "needs a GPU that nobody has",
    {
      script: ONNX,
      swaps: { "  budget": "  gpu: { min_memory: 4000 GB }\n  budget" },
      code: "no-gpu",
      says: "4000 GB of memory is asked for",
    },
  ],
  [
    "wants a name that a candidate has itself",
    {
      script: "echo w > out/manifest.json",
      swaps: { "model.onnx": "manifest.json" },
      code: "output-name",
      says: "cannot be called `manifest.json`",
    },
  ],
])("a training that %s ends in a clear error without a candidate", async (_, asked) => {
  await training(
    project(asked.script, asked.more, asked.swaps),
    (trained) => {
      const fault = faultOf(trained);
      expect(`${fault.code}: ${fault.message}`).toContain(asked.code);
      expect(trained.text).toContain(asked.says);
      expect(fault.at).toMatchObject(
        fault.code === "links-unreadable" || fault.code === "model-changed" ? {} : { file: "mlops.yml" },
      );
      expect(trained.names).toEqual([]);
      expect(trained.document.verdict).toBe("error");
      expect(trained.document.title.length).toBeLessThanOrEqual(80);
    },
    asked.running,
  );
  expect(living("sleep 86.1")).toEqual([]);
});

test("its last twenty lines are shown, and none of them is a command of the runner's", () =>
  training(
    project(
      "for i in $(seq 50); do echo line $i; done; echo '::add-mask::x'; echo '##[error]y'; printf '\\033[2Jz\\n'; exit 1",
    ),
    (trained) => {
      const { output } = faultOf(trained);
      expect(output?.split("\n")).toHaveLength(20);
      expect(trained.text).not.toMatch(/^\s*::|##\[/m);
      expect(trained.text).not.toContain("\u001b");
      expect(trained.text).toContain("line 50");
      expect(trained.text).not.toContain("line 33\n");
    },
  ));

test("an output of an earlier run is never taken for one of this run, and not lost either", () =>
  training(project("true", { "out/model.onnx": "old" }), async (trained) => {
    expect(faultOf(trained).code).toBe("no-output");
    expect(await textIn(trained.root, ".mlops/before/model-model.onnx")).toBe("old");
    expect(await textIn(trained.root, "data/train.csv")).toBe(ROWS);
  }));

test("what lies behind a link out of the project is not moved", () =>
  training(project("true"), async ({ root }) => {
    const outside = join(root, "..", `${basename(root)}-outside`);
    await mkdir(outside);
    try {
      await writeFile(join(outside, "model.onnx"), "theirs");
      await rm(join(root, "out"), { recursive: true });
      await symlink(outside, join(root, "out"));
      expect(faultOf(await trainIn(root))).toMatchObject({
        code: "output-refused",
        at: { file: "mlops.yml" },
      });
      expect(await textIn(outside, "model.onnx")).toBe("theirs");
    } finally {
      await rm(outside, { recursive: true });
    }
  }));

test("an older candidate does not survive a training that fails", () =>
  training(project(ONNX), async (trained) => {
    expect(trained.names).toContain("model.onnx");
    await writeFile(join(trained.root, "train.sh"), "exit 1");
    expect((await trainIn(trained.root)).names).toEqual([]);
  }));

test("a folder that somebody uses is not replaced by a candidate", () =>
  training(project(ONNX), async (trained) => {
    await rm(trained.into, { recursive: true });
    await mkdir(trained.into);
    await writeFile(join(trained.into, "thesis.docx"), "ten years");
    await expect(trainIn(trained.root)).rejects.toMatchObject({ code: "not-a-candidate" });
    expect(await textIn(trained.into, "thesis.docx")).toBe("ten years");
  }));

test("what is replaced after training is not what travels", () =>
  training(
    project(`${ONNX}; (setsid sh -c 'sleep 0.05; echo evil > out/model.onnx; sleep 86.2' >/dev/null 2>&1 &)`),
    async (trained) => {
      const [model] = detailsOf(trained).manifest.files;
      const bytes = await readFile(join(trained.into, "model.onnx"));
      expect(bytes.length).toBe(model?.size);
      await expect(openCandidate(trained.into)).resolves.toBeDefined();
      expect(living("sleep 86.2")).toEqual([]);
      expect(trained.text).toContain("outlived the command");
    },
  ));

test("a cancelled training leaves nothing", () =>
  training(
    project("echo on; sleep 86.3"),
    (trained) => {
      expect(faultOf(trained).code).toBe("cancelled");
      expect(living("sleep 86.3")).toEqual([]);
    },
    { onPrint: (_, abort) => abort() },
  ));

test("what it prints for the runner is not obeyed, in whatever bytes", () =>
  training(
    project(
      `echo '::set-output name=a::b'; echo '::stop-commands::x'; printf '\\377\\000\\n'; head -c 200000 /dev/urandom; ${ONNX}`,
    ),
    (trained) => {
      detailsOf(trained);
      expect(trained.printed[0]).toBe("::set-output name=a::b");
    },
  ));

test.runIf(spawnSync("python3", ["-c", "import pickle"]).status === 0)(
  "a pickle by its content is marked, whatever it is called",
  () =>
    training(
      project(
        `python3 -c "import pickle; pickle.dump({'w': [1.5]}, open('out/model.bin', 'wb'))"; echo x > out/p.csv`,
        {},
        { "{ model: out/model.onnx }": "{ model: out/model.bin, predictions: out/p.csv }" },
      ),
      (trained) => {
        expect(detailsOf(trained).manifest.files).toMatchObject([{ name: "model.bin", executesCode: true }]);
        expect(trained.text).toContain("Loading this model runs code that it brings");
      },
    ),
);

test("a candidate that was touched on its way is refused, whatever was touched", () =>
  training(project(ONNX), async ({ into }) => {
    const refusals: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
      [
        "has other bytes",
        () => writeFile(join(into, "model.onnx"), "\b\n\u0012\u0004evil"),
        () => restore("model.onnx"),
      ],
      ["is missing or has another size", () => rm(join(into, "model.onnx")), () => restore("model.onnx")],
      ["does not know: `extra`", () => writeFile(join(into, "extra"), ""), () => rm(join(into, "extra"))],
      [
        "is a link or no file",
        () => symlink("/etc/passwd", join(into, "passwd")),
        () => rm(join(into, "passwd")),
      ],
      [
        "is a link or no file",
        () => mkdir(join(into, "folder")),
        () => rm(join(into, "folder"), { recursive: true }),
      ],
      [
        "its manifest is not the one",
        () => writeFile(join(into, "manifest.json"), "{}"),
        () => restore("manifest.json"),
      ],
      [
        "its evidence is not JSON",
        () => writeFile(join(into, "train.intoto.json"), "{"),
        () => restore("train.intoto.json"),
      ],
      [
        "its evidence cannot be read",
        () => writeFile(join(into, "train.intoto.json"), "{}"),
        () => restore("train.intoto.json"),
      ],
    ];
    const whole = new Map<string, Buffer>();
    for (const name of readdirSync(into)) whole.set(name, await readFile(join(into, name)));
    const restore = (name: string) => writeFile(join(into, name), whole.get(name) ?? "");
    for (const [says, break_, mend] of refusals) {
      await break_();
      await expect(openCandidate(into), says).rejects.toThrow(says);
      await mend();
      await expect(openCandidate(into)).resolves.toBeDefined();
    }
    await expect(openCandidate(into, "0".repeat(64))).rejects.toThrow("that was expected");
    await expect(openCandidate(join(into, "nowhere"))).rejects.toMatchObject({ code: "no-candidate" });
  }));
