import { UserError } from "@mlops-actions/core";
import { gitObjectId, RECORD_COMMIT, type Refs, recordObjects, type Tag } from "@mlops-actions/registry";
import { z } from "zod";
import { ask, askLinked, patiently, send } from "./ask.ts";
import { failureOf, UnexpectedAnswer } from "./failure.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { orMissing, told } from "./told.ts";

const sha = z.string().regex(/^[0-9a-f]{40}$|^[0-9a-f]{64}$/);
const reference = z.object({ ref: z.string(), object: z.object({ type: z.string(), sha }) });
const tagObject = z.object({
  sha,
  message: z.string(),
  tagger: z.object({ name: z.string(), email: z.string(), date: z.iso.datetime({ offset: true }) }),
  object: z.object({ type: z.string(), sha }),
});
const named = z.object({ sha });
const commitObject = z.object({ sha, tree: named });
const treeObject = z.object({
  truncated: z.boolean(),
  tree: z.array(
    z.object({ path: z.string(), type: z.string(), mode: z.string(), sha, size: z.int().optional() }),
  ),
});
const blobObject = z.object({ encoding: z.literal("base64"), content: z.string() });

const TAGS = "refs/tags/";
const TRIES = 3;

// A record is a manifest. Whoever can push can name any commit, and reading it must not fill the machine.
const MAX_RECORD_FILES = 64;
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/**
 * The registry's tags and records through Git's data API. Creating the reference is the one compare-and-swap; everything before it is
 * named by its content and may be sent twice.
 * @throws UserError `github-refused`, `github-unreachable` (`told.ts`), `tag-occupied`
 */
export function githubRefs({ octokit, repo }: { octokit: Client; repo: Repository }): Refs {
  const referenceOf = (name: string) =>
    orMissing(
      ask(octokit, reference, "GET /repos/{owner}/{repo}/git/ref/{ref}", { ...repo, ref: `tags/${name}` }),
    );

  const read = async (name: string): Promise<Tag | undefined> => {
    const found = await referenceOf(name);
    // Under a name that is a folder GitHub has been seen to answer with what begins so.
    if (found?.ref !== TAGS + name || found.object.type !== "tag") return undefined;
    const route = "GET /repos/{owner}/{repo}/git/tags/{tag_sha}";
    const tag = await orMissing(ask(octokit, tagObject, route, { ...repo, tag_sha: found.object.sha }));
    // A tag of a tag names no commit of ours.
    return tag?.object.type === "commit" ? tagOf(name, tag) : undefined;
  };

  const create: Refs["create"] = async ({ name, target, message, date }) => {
    const object = await patiently(octokit, () =>
      send(octokit, tagObject, "POST /repos/{owner}/{repo}/git/tags", {
        ...repo,
        tag: name,
        message,
        object: target,
        type: "commit",
        tagger: { ...RECORD_COMMIT.author, date },
      }),
    );
    const ours = tagOf(name, object);
    let isLost = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const made = await send(octokit, reference, "POST /repos/{owner}/{repo}/git/refs", {
          ...repo,
          ref: TAGS + name,
          sha: object.sha,
        });
        if (made.object.sha !== object.sha)
          throw new UnexpectedAnswer(`GitHub made the tag ${name} of another object`);
        return { kind: "created", tag: ours };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === "refused" && failure.status !== 422) throw error;
        if (failure.kind === "indeterminate") {
          isLost = true;
          await octokit.wait(500);
        }
        // The text of a 422 is no proof of anything: what is there is.
        const there = await referenceOf(name);
        if (there?.object.sha === object.sha) return { kind: isLost ? "created" : "exists", tag: ours };
        if (there !== undefined) return { kind: "exists", tag: (await read(name)) ?? occupied(name) };
        if (failure.kind === "refused" || attempt === TRIES) throw error;
      }
    }
  };

  const hasCommit = (commit: string) =>
    orMissing(
      ask(octokit, commitObject, "GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
        ...repo,
        commit_sha: commit,
      }),
    );

  const writeRecord: Refs["writeRecord"] = async (files) => {
    const { blobs, tree, commit } = recordObjects(files);
    if ((await hasCommit(commit)) !== undefined) return commit;
    // Objects are named by their content: sent twice they are the same.
    const write = async (route: string, parameters: object, expected: string) => {
      const made = await patiently(octokit, () => send(octokit, named, route, { ...repo, ...parameters }));
      if (made.sha !== expected)
        throw new UserError("github-differs", `GitHub made ${made.sha} of what is ${expected} in Git`, {
          remedy:
            "the repository must use SHA-1 and its server must not sign or rewrite commits made through the API",
        });
    };
    for (const [name, bytes] of files) {
      const content = Buffer.from(bytes).toString("base64");
      await write(
        "POST /repos/{owner}/{repo}/git/blobs",
        { content, encoding: "base64" },
        blobs.get(name) ?? "",
      );
    }
    const entries = [...blobs].map(([path, sha]) => ({ path, mode: "100644", type: "blob", sha }));
    await write("POST /repos/{owner}/{repo}/git/trees", { tree: entries }, tree);
    const { message, author, date } = RECORD_COMMIT;
    const who = { ...author, date };
    const record = { message, tree, parents: [], author: who, committer: who };
    await write("POST /repos/{owner}/{repo}/git/commits", record, commit);
    return commit;
  };

  const readRecord: Refs["readRecord"] = async (commit) => {
    const found = await hasCommit(commit);
    if (found === undefined) return undefined;
    const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
    const { tree, truncated } = await ask(octokit, treeObject, route, { ...repo, tree_sha: found.tree.sha });
    const size = tree.reduce((sum, entry) => sum + (entry.size ?? 0), 0);
    const isRecord = tree.every(({ type, mode }) => type === "blob" && mode === "100644");
    if (truncated || !isRecord || tree.length > MAX_RECORD_FILES || size > MAX_RECORD_BYTES) return undefined;
    const files = new Map<string, Uint8Array>();
    for (const { path, sha } of tree) files.set(path, await blob(sha));
    return files;
  };

  const blob = (sha: string): Promise<Uint8Array> =>
    patiently(octokit, async () => {
      const route = "GET /repos/{owner}/{repo}/git/blobs/{file_sha}";
      const { content } = await send(octokit, blobObject, route, { ...repo, file_sha: sha });
      const bytes = Buffer.from(content, "base64");
      if (gitObjectId("blob", bytes) !== sha)
        throw new UnexpectedAnswer(`GitHub's bytes of ${sha} have another digest`);
      return bytes;
    });

  return {
    list: (prefix) =>
      told(`list the tags \`${prefix}…\``, async () => {
        const route = "GET /repos/{owner}/{repo}/git/matching-refs/{ref}";
        const found = await askLinked(octokit, reference, route, { ...repo, ref: `tags/${prefix}` });
        // Names move between pages while they are read.
        const objects = new Map(
          found
            .filter(({ ref, object }) => object.type === "tag" && ref.startsWith(TAGS + prefix))
            .map(({ ref, object }) => [ref.slice(TAGS.length), object.sha]),
        );
        return [...objects].map(([name, object]) => ({ name, object }));
      }),
    read: (name) => told(`read the tag \`${name}\``, () => read(name)),
    create: (tag) => told(`create the tag \`${tag.name}\``, () => create(tag)),
    writeRecord: (files) => told("write the record", () => writeRecord(files)),
    readRecord: (commit) => told(`read the record ${commit.slice(0, 7)}`, () => readRecord(commit)),
  };
}

function tagOf(name: string, tag: z.infer<typeof tagObject>): Tag {
  const { name: by, email, date } = tag.tagger;
  return {
    name,
    object: tag.sha,
    target: tag.object.sha,
    // Git ends a message with a line end, the API does not.
    message: tag.message.replace(/\n$/, ""),
    tagger: { name: by, email, date: `${new Date(date).toISOString().slice(0, 19)}Z` },
  };
}

function occupied(name: string): never {
  throw new UserError("tag-occupied", `The tag \`${name}\` is there and is no annotated tag of a commit`, {
    remedy: `remove it if nobody needs it: git push --delete origin refs/tags/${name}`,
  });
}
