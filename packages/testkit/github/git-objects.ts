import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { gitEnvironment } from "./git.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

export interface GitObject {
  sha: string;
  type: ObjectType;
  bytes: Buffer;
}

/** Objects of one repository. Git itself reads them, in one process that stays: a process each would be most of a test's time. */
export class GitObjects {
  readonly #dir: string;
  readonly #git: ChildProcessWithoutNullStreams;
  readonly #waiting: { isInfo: boolean; settle: (found: GitObject | undefined) => void }[] = [];
  #buffer: Buffer = Buffer.alloc(0);

  constructor(dir: string) {
    this.#dir = dir;
    this.#git = spawn("git", ["-C", dir, "cat-file", "--batch-command"], {
      env: gitEnvironment(process.env),
    });
    this.#git.stdout.on("data", (part: Buffer) => {
      this.#buffer = this.#buffer.length === 0 ? part : Buffer.concat([this.#buffer, part]);
      while (this.#next()) {}
    });
    this.#git.stderr.pipe(process.stderr);
  }

  /** By name, path or anything else that Git understands: `refs/tags/v1`, `v1^{commit}:folder`. */
  read(name: string): Promise<GitObject | undefined> {
    return this.#ask("contents", name);
  }

  /** Without its bytes. */
  find(name: string): Promise<GitObject | undefined> {
    return this.#ask("info", name);
  }

  /** What is written as Git would is Git's. @returns its name */
  async write(type: ObjectType, bytes: Uint8Array): Promise<string> {
    const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
    const sha = createHash("sha1").update(whole).digest("hex");
    const folder = join(this.#dir, "objects", sha.slice(0, 2));
    const file = join(folder, sha.slice(2));
    if ((await stat(file).catch(() => undefined)) !== undefined) return sha;
    await mkdir(folder, { recursive: true });
    const part = `${file}.${randomUUID()}`;
    await writeFile(part, await promisify(deflate)(whole), { mode: 0o444 });
    await rename(part, file);
    return sha;
  }

  #ask(command: "contents" | "info", name: string): Promise<GitObject | undefined> {
    if (/[\n\0]/.test(name)) return Promise.resolve(undefined);
    return new Promise((settle) => {
      this.#waiting.push({ isInfo: command === "info", settle });
      this.#git.stdin.write(`${command} ${name}\n`);
    });
  }

  // "<name> <type> <size>", then the bytes and a line end; or "<what was asked> missing".
  #next(): boolean {
    const end = this.#buffer.indexOf(10);
    const asked = this.#waiting[0];
    if (end < 0 || asked === undefined) return false;
    const [, sha = "", type = "", size] =
      /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(this.#buffer.subarray(0, end).toString()) ?? [];
    const from = end + 1;
    if (size === undefined || asked.isInfo) {
      this.#buffer = this.#buffer.subarray(from);
      this.#waiting.shift();
      asked.settle(
        size === undefined ? undefined : { sha, type: type as ObjectType, bytes: Buffer.alloc(0) },
      );
      return true;
    }
    const to = from + Number(size);
    if (this.#buffer.length <= to) return false;
    const bytes = Buffer.from(this.#buffer.subarray(from, to));
    this.#buffer = this.#buffer.subarray(to + 1);
    this.#waiting.shift();
    asked.settle({ sha, type: type as ObjectType, bytes });
    return true;
  }
}
