// Publishing a version of 1 GB against a plain upload of the same bytes to the same kind of server, in turn; and what it takes of memory.
import { spawnSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream, openAsBlob } from "node:fs";
import { open, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { connect, githubRefs, githubReleases } from "@mlops-actions/github";
import { registry } from "@mlops-actions/registry";
import { gitRepository, personToken, push, startGitHub, temporaryFolder } from "@mlops-actions/testkit";

const BYTES = 1_000_000_000;
const ROUNDS = 3;

const WHAT = ["nothing", "fetch", "http", "publish"] as const;

interface Order {
  what: (typeof WHAT)[number];
  apiUrl: string;
  repo: { owner: string; repo: string };
  path: string;
  sha256: string;
  scratch: string;
}
interface Spent {
  seconds: number;
  peakBytes: number;
}

/** One of the two in a process of its own, so that its memory is its own. */
async function work({ what, apiUrl, repo, path, sha256, scratch }: Order): Promise<Spent> {
  const octokit = connect({ token: "ada", baseUrl: apiUrl });
  const began = performance.now();
  const headers = { authorization: "Bearer ada", "content-type": "application/octet-stream" };
  const plain = async () => {
    const { data } = await octokit.repos.createRelease({ ...repo, tag_name: "plain", draft: true });
    return data.upload_url.replace(/\{.*/, "?name=model.onnx");
  };
  if (what === "fetch") {
    const answer = await fetch(await plain(), { method: "POST", headers, body: await openAsBlob(path) });
    if (answer.status !== 201) throw new Error(await answer.text());
    await answer.text();
  }
  if (what === "http") {
    const asked = request(await plain(), {
      method: "POST",
      headers: { ...headers, "content-length": BYTES },
    });
    const answered = once(asked, "response");
    await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), asked);
    const [answer] = (await answered) as [IncomingMessage];
    if (answer.statusCode !== 201) throw new Error(`${answer.statusCode}`);
    await answer.resume().toArray();
  }
  if (what === "publish") {
    const releases = githubReleases({ octokit, repo });
    const { publish } = registry({
      refs: githubRefs({ octokit, repo }),
      releases,
      now: () => new Date(),
      key: randomUUID,
      scratch,
    });
    const file = { name: "model.onnx", size: BYTES };
    await publish({
      manifest: {
        _type: "https://mlops-actions.dev/manifest/v1",
        model: "census-income",
        task: "binary",
        files: [{ role: "model", ...file, sha256 }],
        interface: { by: "onnx" },
        training: { commit: null, code: sha256, inputs: sha256, data: [] },
      },
      files: [{ ...file, path, digest: { sha256 } }],
      bump: "minor",
    });
  }
  return {
    seconds: (performance.now() - began) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function main(): Promise<void> {
  await using folder = await temporaryFolder("publish");
  const path = join(folder.path, "model.onnx");
  const sha256 = await fill(path);
  const spent: Record<Order["what"], Spent[]> = { nothing: [], fetch: [], http: [], publish: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const what of WHAT) {
      // A new server each time: what one has stored must not slow the next.
      await using box = await startGitHub({ tokens: { ada: personToken("ada") } });
      await using repository = await gitRepository({ "a.txt": "1\n" });
      await push(box, repository, { token: "ada" });
      const repo = { owner: box.owner, repo: box.repo };
      const order: Order = { what, apiUrl: box.apiUrl, repo, path, sha256, scratch: folder.path };
      const { stdout, status } = spawnSync(process.execPath, [import.meta.filename, JSON.stringify(order)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      if (status !== 0) throw new Error(`${what} failed`);
      spent[what].push(JSON.parse(stdout.toString()));
    }
  await rm(path);
  const seconds = (what: Order["what"]) => median(spent[what].map((one) => one.seconds));
  const megabytes = (what: Order["what"]) => Math.max(...spent[what].map((one) => one.peakBytes)) / 1e6;
  console.log(
    `publish 1 GB (median of ${ROUNDS}, ratio to the faster plain upload of the same bytes; highest peak of memory)`,
  );
  for (const what of WHAT.slice(1)) {
    const ratio = seconds(what) / Math.min(seconds("fetch"), seconds("http"));
    console.log(
      `  ${what.padEnd(8)} ${seconds(what).toFixed(2).padStart(6)} s   ${ratio.toFixed(2)}   ${megabytes(what).toFixed(0).padStart(4)} MB (${megabytes("nothing").toFixed(0)} MB before anything is sent)`,
    );
  }
}

/** Bytes that no disk or connection can make smaller. @returns their SHA-256 */
async function fill(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path, "wx");
  for (let left = BYTES; left > 0; ) {
    const part = randomBytes(Math.min(left, 10_000_000));
    hash.update(part);
    await file.write(part);
    left -= part.length;
  }
  await file.close();
  return hash.digest("hex");
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const order = process.argv[2];
if (order === undefined) await main();
else console.log(JSON.stringify(await work(JSON.parse(order) as Order)));
