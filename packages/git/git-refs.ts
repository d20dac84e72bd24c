import { UserError } from "@mlops-actions/core";
import { RECORD_COMMIT, type Refs, type Tag } from "@mlops-actions/registry";
import { type GitResult, type Repository, runGit } from "./run-git.ts";

export interface GitRefsOptions extends Repository {
  /** Who writes tags. */
  tagger: { name: string; email: string };
}

const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
// Nothing that Git would read as a pattern or an option, and no folders.
const TAG_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@#!-]*$/;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const FIELDS = ["objectname", "objecttype", "refname:strip=2", "object", "type"];
const TRIES = 5;
// A record is a manifest. What is larger is somebody's source tree, which is not read into memory.
const MOST_FILES = 16;
const MOST_BYTES = 16 * 1024 * 1024;

/** The Git side of the registry in a repository on this disk. Tags are made here; pushing them is for whoever owns the remote. */
export function gitRefs(options: GitRefsOptions): Refs {
  const { tagger } = options;
  const ask = async (args: readonly string[], input?: string | Uint8Array): Promise<string> => {
    const answer = await runGit(options, args, [], input);
    if (!answer.ok) throw failed(args, answer);
    return answer.stdout.toString("utf8");
  };

  async function read(name: string): Promise<Tag | undefined> {
    if (!TAG_NAME.test(name)) return undefined;
    // The object's id stands beside its bytes, so that both are of one moment.
    const answer = await runGit(options, ["cat-file", "--batch"], [], `refs/tags/${name}\n`);
    if (!answer.ok) throw failed(["cat-file"], answer);
    const head = answer.stdout.subarray(0, answer.stdout.indexOf(10)).toString("utf8");
    const [object = "", type] = head.split(" ");
    if (type !== "tag") return undefined;
    const body = answer.stdout.subarray(head.length + 1, -1).toString("utf8");
    return parseTag(name, object, body);
  }

  return {
    read,
    async list(prefix) {
      if (prefix !== "" && !TAG_NAME.test(prefix)) return [];
      const listed = await ask([
        "for-each-ref",
        `--format=${FIELDS.map((field) => `%(${field})`).join(" ")}`,
        `refs/tags/${prefix === "" ? "" : `${prefix}*`}`,
      ]);
      return listed.split("\n").flatMap((line) => {
        const [object, type, name, , of] = line.split(" ");
        return object !== undefined && name !== undefined && type === "tag" && of === "commit"
          ? [{ name, object }]
          : [];
      });
    },
    async create({ name, target, message, date }) {
      if (!TAG_NAME.test(name)) throw new Error(`${name} is no name of a tag of ours`);
      if (!OBJECT_ID.test(target)) throw new Error(`${target} is no commit`);
      const text = tagText({ name, target, message, seconds: secondsOf(date), tagger });
      const object = (await ask(["mktag"], text)).trim();
      for (let attempt = 1; ; attempt++) {
        // The all-zero old value means "only where there is none": Git compares and swaps under its lock.
        const zero = "0".repeat(object.length);
        const made = await runGit(options, ["update-ref", `refs/tags/${name}`, object, zero]);
        const tag = await read(name);
        if (made.ok && tag?.object === object) return { kind: "created", tag };
        if (tag !== undefined) return { kind: "exists", tag };
        if (await isTaken(options, name)) throw lightweight(name);
        if (made.ok) throw new Error(`tag ${name} was removed as soon as it was made`);
        // Nothing is there: the lock was another's, who has not made it.
        if (attempt === TRIES) throw failed(["update-ref"], made);
      }
    },
    async writeRecord(files) {
      const entries: string[] = [];
      for (const [name, bytes] of files) {
        if (!FILE_NAME.test(name)) throw new Error(`${name} is no name of a file of a record`);
        const blob = (await ask(["hash-object", "-w", "--no-filters", "--stdin"], bytes)).trim();
        entries.push(`100644 blob ${blob}\t${name}\n`);
      }
      const tree = (await ask(["mktree"], entries.join(""))).trim();
      const { author, date, message } = RECORD_COMMIT;
      const who = `${author.name} <${author.email}> ${secondsOf(date)} +0000`;
      // Written as an object and not by `commit-tree`, which adds what the repository's configuration says (encoding).
      const commit = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\n${message}`;
      return (await ask(["hash-object", "-t", "commit", "-w", "--stdin"], commit)).trim();
    },
    async readRecord(commit) {
      if (!OBJECT_ID.test(commit)) return undefined;
      const listed = await runGit(options, ["ls-tree", "-l", "-z", "--full-tree", `${commit}^{tree}`]);
      if (!listed.ok) return undefined;
      const lines = listed.stdout.toString("utf8").split("\0").slice(0, -1);
      const entries = lines.map((line) => /^100644 blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line));
      const bytes = entries.reduce((sum, entry) => sum + Number(entry?.[2] ?? Number.POSITIVE_INFINITY), 0);
      if (entries.length > MOST_FILES || bytes > MOST_BYTES) return undefined;
      const files = new Map<string, Uint8Array>();
      for (const [, blob = "", , name = ""] of entries as RegExpExecArray[]) {
        const found = await runGit(options, ["cat-file", "blob", blob]);
        if (!found.ok) throw failed(["cat-file"], found);
        files.set(name, found.stdout);
      }
      return files;
    },
  };
}

function tagText(tag: {
  name: string;
  target: string;
  message: string;
  seconds: number;
  tagger: GitRefsOptions["tagger"];
}): string {
  const name = signable(tag.tagger.name) || "unknown";
  const tagger = `${name} <${signable(tag.tagger.email)}> ${tag.seconds} +0000`;
  return `object ${tag.target}\ntype commit\ntag ${tag.name}\ntagger ${tagger}\n\n${tag.message}\n`;
}

/** A person's name as Git stores it: without what would end the field. */
function signable(text: string): string {
  return text.replaceAll(/[\p{Cc}<>]+/gu, " ").trim();
}

function parseTag(name: string, object: string, text: string): Tag | undefined {
  const end = text.indexOf("\n\n");
  const head = text.slice(0, end === -1 ? undefined : end);
  const message = end === -1 ? "" : text.slice(end + 2).replace(/\n$/, "");
  const target = /^object ([0-9a-f]+)\ntype commit$/m.exec(head)?.[1];
  const signed = /^tagger (.*?) ?<(.*?)> (\d+) [+-]\d{4}$/m.exec(head);
  if (target === undefined || signed === null) return undefined;
  const [, person = "", email = "", seconds] = signed;
  const date = `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
  return { name, object, target, message, tagger: { name: person, email, date } };
}

function secondsOf(date: string): number {
  const milliseconds = Date.parse(date);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) || Number.isNaN(milliseconds))
    throw new Error(`${date} is no time in whole seconds, UTC`);
  return milliseconds / 1000;
}

async function isTaken(repository: Repository, name: string): Promise<boolean> {
  return (await runGit(repository, ["show-ref", "--verify", "--quiet", `refs/tags/${name}`])).ok;
}

function lightweight(name: string): UserError {
  return new UserError("tag-not-ours", `The tag ${name} is there, but it is lightweight: it says nothing`, {
    remedy: `Delete it where nobody needs it (\`git tag -d '${name}'\`), or give it another name.`,
  });
}

function failed(args: readonly string[], answer: GitResult): Error {
  return new Error(`git ${args[0]}: ${answer.ok ? "an answer that nobody expects" : answer.stderr}`);
}
