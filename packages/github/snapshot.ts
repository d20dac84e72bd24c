import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, join, matchesGlob } from "node:path";
import { type Snapshot, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { ask } from "./ask.ts";
import { failureOf, UnexpectedAnswer } from "./failure.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";

const tree = z.object({
  sha: z.string(),
  truncated: z.boolean(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      type: z.enum(["blob", "tree", "commit"]),
      sha: z.string().regex(/^[0-9a-f]{40}$|^[0-9a-f]{64}$/),
      size: z.int().optional(),
    }),
  ),
});
type Entry = z.infer<typeof tree>["tree"][number];
const blob = z.object({ encoding: z.literal("base64"), content: z.string() });

// GitHub's limit for a blob through its API.
const MAX_BLOB_BYTES = 100 * 1024 * 1024;

const LINK = "120000";

/**
 * A commit's files by the API: for shallow checkouts, where the commit that judges is not on this machine. Every file is compared
 * with its own digest in the tree before it is used.
 */
export function githubSnapshot(options: {
  octokit: Client;
  repo: Repository;
  commit: string;
  /** A folder of this run, for readers that need a file. */
  into: string;
}): Snapshot {
  const { octokit, repo, commit, into } = options;
  let files: Promise<ReadonlyMap<string, Entry>> | undefined;
  const all = () => {
    files ??= filesOf(octokit, repo, commit);
    return files;
  };
  // Submodules are not files of this commit.
  const filesHere = async () => new Map([...(await all())].filter(([, { type }]) => type === "blob"));
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const files = await filesHere();
    const link = path
      .split("/")
      .map((_, at, names) => names.slice(0, at + 1).join("/"))
      .find((part) => files.get(part)?.mode === LINK);
    if (link !== undefined) throw isLink(link, commit);
    const entry = files.get(path);
    return entry === undefined ? undefined : download(octokit, repo, commit, entry);
  };
  return {
    commit,
    read,
    async list(glob) {
      return [...(await filesHere()).keys()].filter((path) => matchesGlob(path, glob)).sort();
    },
    async objects(glob) {
      const entries = [...(await all())].map(([path, { sha }]) => [path, sha] as const);
      return new Map(entries.filter(([path]) => matchesGlob(shown(path), shown(glob))));
    },
    async materialise(path) {
      const bytes = await read(path);
      if (bytes === undefined) return undefined;
      // The name keeps its ending, by which readers tell the format; the folder keeps equal names apart.
      const folder = join(into, createHash("sha256").update(`${commit}:${path}`).digest("hex").slice(0, 16));
      const file = join(folder, basename(path));
      await mkdir(folder, { recursive: true });
      const part = `${file}.${process.pid}.part`;
      await writeFile(part, bytes);
      await rename(part, file);
      return file;
    },
  };
}

async function filesOf(
  octokit: Client,
  repo: Repository,
  commit: string,
): Promise<ReadonlyMap<string, Entry>> {
  const found = new Map<string, Entry>();
  const add = (prefix: string, entry: Entry) => {
    if (entry.type !== "tree") found.set(prefix + entry.path, { ...entry, path: prefix + entry.path });
  };
  const get = async (sha: string, parameters: object) => {
    try {
      const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
      return await ask(octokit, tree, route, { ...repo, tree_sha: sha, ...parameters });
    } catch (error) {
      throw unavailable(commit, failureOf(error).why, error);
    }
  };
  const whole = await get(commit, { recursive: "1" });
  if (!whole.truncated) {
    for (const entry of whole.tree) add("", entry);
    return found;
  }
  // Above 100,000 entries GitHub leaves some out and says so: then folder by folder.
  const walk = async (sha: string, prefix: string): Promise<void> => {
    const { tree, truncated } = await get(sha, {});
    if (truncated) throw unavailable(commit, `the folder \`${prefix}\` has too many files`, undefined);
    for (const entry of tree) {
      add(prefix, entry);
      if (entry.type === "tree") await walk(entry.sha, `${prefix}${entry.path}/`);
    }
  };
  await walk(commit, "");
  return found;
}

async function download(
  octokit: Client,
  repo: Repository,
  commit: string,
  entry: Entry,
): Promise<Uint8Array> {
  const { path, sha, size } = entry;
  if ((size ?? 0) > MAX_BLOB_BYTES)
    throw new UserError(
      "file-too-large",
      `\`${path}\` of ${short(commit)} has ${size} bytes; GitHub's API gives 100 MB`,
      {
        remedy: "check out the whole history: `fetch-depth: 0` for actions/checkout",
        at: { file: path },
      },
    );
  let bytes: Uint8Array;
  try {
    const found = await ask(octokit, blob, "GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
      ...repo,
      file_sha: sha,
    });
    bytes = Buffer.from(found.content, "base64");
    if (gitDigest(bytes, sha) !== sha)
      throw new UnexpectedAnswer(`the bytes of ${path} do not have the digest of the tree`);
  } catch (error) {
    throw unavailable(commit, `\`${path}\`: ${failureOf(error).why}`, error);
  }
  if (Buffer.from(bytes.subarray(0, 42)).toString("latin1") === "version https://git-lfs.github.com/spec/v1")
    throw new UserError("lfs-pointer", `\`${path}\` of ${short(commit)} is a Git LFS pointer, not the data`, {
      remedy: "check out with `lfs: true` and `fetch-depth: 0`, so that the commit's data is on this machine",
      at: { file: path },
    });
  return bytes;
}

// To Node's glob a name that begins with a dot is hidden, and here none is.
function shown(path: string): string {
  return path.replaceAll(/(?<=^|\/)\./g, "\ue000");
}

function isLink(path: string, commit: string): UserError {
  return new UserError("path-refused", `\`${path}\` of ${short(commit)} is a symbolic link`, {
    remedy: "put a plain file there, or check out the whole history (`fetch-depth: 0`)",
    at: { file: path },
  });
}

function gitDigest(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function unavailable(commit: string, why: string, cause: unknown): UserError {
  return new UserError("commit-unavailable", `Commit ${short(commit)} cannot be read from GitHub: ${why}`, {
    remedy: "give the job `contents: read`, or check out the whole history (`fetch-depth: 0`)",
    cause,
  });
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
