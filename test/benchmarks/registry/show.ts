// How long `registry show` takes on many tags, beside `gto show` on the same repository in the same run.
// Run: MLOPS_PYTHON=… node test/benchmarks/registry/show.ts [tags, default 5000]
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderReleases, gitRefs } from "@mlops-actions/git";
import { registry } from "@mlops-actions/registry";
import { findGto } from "../../registry/gto.ts";

const ROUNDS = 3;
const MODELS = 50;
const ASSIGNMENTS = 2;
const most = Number(process.argv[2] ?? 5000);
const versions = Math.floor(most / MODELS / (1 + ASSIGNMENTS));

const folder = await mkdtemp(join(tmpdir(), "benchmark-registry-"));
const root = join(folder, "repository");
const releases = join(folder, "releases");
try {
  const tags = await fill();
  const opened = registry({
    refs: gitRefs({ root, tagger: { name: "Ada", email: "ada@example.org" } }),
    releases: folderReleases(releases, () => new Date()),
    now: () => new Date(),
    key: () => "key",
    scratch: join(folder, "scratch"),
  });
  const gto = findGto();
  const ours: number[] = [];
  const lists: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await timed(() => opened.show()));
    lists.push(await timed(() => opened.list()));
    if (!("missing" in gto)) theirs.push(await timed(async () => gto.run(root, "show", "--json")));
  }
  console.log(
    `${tags} tags of ${MODELS} models, ${versions} versions each (median of ${ROUNDS}, without the start of a program)`,
  );
  console.log(`  registry list  ${median(lists).toFixed(0).padStart(7)} ms`);
  console.log(`  registry show  ${median(ours).toFixed(0).padStart(7)} ms`);
  if ("missing" in gto) console.log(`  compared with nothing: ${gto.missing}`);
  else {
    const start = await timed(async () => gto.run(root, "--version"));
    const work = Math.max(median(theirs) - start, 1);
    console.log(
      `  gto show       ${median(theirs).toFixed(0).padStart(7)} ms, of which ${start.toFixed(0)} ms start`,
    );
    console.log(`  gto show / registry show, start left out: ${(work / median(ours)).toFixed(1)}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Writes a history as the registry would, by one `git fast-import`. */
async function fill(): Promise<number> {
  await mkdir(root, { recursive: true });
  await mkdir(join(releases, "published"), { recursive: true });
  const git = (args: readonly string[], input?: string) =>
    execFileSync("git", ["-C", root, ...args], { input, stdio: ["pipe", "pipe", "inherit"] });
  git(["init", "--quiet"]);
  const lines: string[] = [];
  let mark = 0;
  let second = 1_750_000_000;
  let tags = 0;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const tag = (name: string, from: number, message: string) => {
    second += 1;
    tags += 1;
    lines.push(`tag ${name}\nfrom :${from}\ntagger Ada <ada@example.org> ${second} +0000\n${data(message)}`);
  };
  for (let model = 0; model < MODELS; model++)
    for (let version = 0; version < versions; version++) {
      const name = `model-${model}`;
      const number = `1.${version}.0`;
      const id = randomId(`${model}/${version}`);
      const sha256 = createHash("sha256").update(id).digest("hex");
      const manifest = {
        _type: "https://mlops-actions.dev/manifest/v1",
        files: [{ name: "model.onnx", role: "model", sha256, size: 1 }],
        interface: { by: "onnx" },
        model: name,
        task: "binary",
        training: { code: sha256, commit: null, data: [], inputs: sha256 },
      };
      mark += 2;
      lines.push(`blob\nmark :${mark}\n${data(`${JSON.stringify(manifest, null, 2)}\n`)}`);
      lines.push(
        `commit refs/records/${mark}\nmark :${mark + 1}\ncommitter mlops-actions <mlops-actions@users.noreply.github.com> 0 +0000\n${data("Record of a model version")}M 100644 :${mark} manifest.json\n`,
      );
      tag(`${name}@v${number}`, mark + 1, `${name} ${number}\n\nRelease: ${id}`);
      for (const [index, environment] of ["staging", "production"].entries())
        if (index < ASSIGNMENTS)
          tag(
            `${name}#${environment}#${version + 1}`,
            mark + 1,
            `${name} ${number} is assigned\n\nVersion: ${number}`,
          );
      await mkdir(join(releases, id, "assets"), { recursive: true });
      const release = { tag: `${name}@v${number}`, title: name, body: "", created: "2026-01-01T00:00:00Z" };
      await writeFile(join(releases, id, "release.json"), JSON.stringify(release));
      await writeFile(join(releases, "published", release.tag), `${id}\n`);
    }
  git(["fast-import", "--quiet"], lines.join(""));
  return tags;
}

function randomId(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
