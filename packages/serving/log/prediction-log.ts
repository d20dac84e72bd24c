import { type FileHandle, open, readdir, readFile, rename, truncate } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { makeFolder } from "@mlops-actions/tables";

/** What the server knows of a request, beside what its model's process says of each row. */
export interface LogEntry {
  time: Date;
  /** What stands for its sticky key. */
  key: string | null;
  version: string;
  slot: string;
  /** From the whole request to its answer. */
  seconds: number;
}

export interface PredictionLog {
  /** @param rows the members of one JSON object each */
  write(entry: LogEntry, rows: readonly string[]): void;
  close(): Promise<void>;
}

export interface LogOptions {
  folder: string;
  /** A file is complete from about this size on. */
  fileBytes: number;
  /** … or this age in milliseconds, so that whoever reads complete files does not wait for a quiet model. */
  fileMs: number;
  now(): Date;
  /** Rows that could not be kept, and why. */
  lost(rows: number, why: string): void;
}

const PREFIX = "predictions-";
const COMPLETE = ".jsonl";
const OPEN = ".jsonl.part";
const LEFT = /^predictions-[^-]+-(\d+)-\d+\.jsonl\.part$/;
/** More than this waits for a disk that does not keep up: new rows are lost, and counted. */
const LONGEST_WAIT = 32 * 2 ** 20;

interface OpenLogFile {
  handle: FileHandle;
  path: string;
  bytes: number;
}

/**
 * Predictions as JSON lines, in files that are complete as soon as they are called `predictions-….jsonl`. Writing never holds up an
 * answer. What an earlier server has left unfinished is completed first.
 * @throws UserError `log-folder`
 */
export async function openPredictionLog(options: LogOptions): Promise<PredictionLog> {
  const { folder, fileBytes, fileMs, now, lost } = options;
  try {
    await makeFolder(folder, 0o700);
    await completeLeft(folder);
  } catch (cause) {
    throw new UserError("log-folder", `No log can be kept in ${folder}: ${messageOf(cause)}`, {
      remedy: "Name a folder in `--log` that this server alone may write to.",
      cause,
    });
  }
  let file: OpenLogFile | undefined;
  let lines: string[] = [];
  let length = 0;
  let count = 0;
  // What touches the file happens in turn.
  let turn: Promise<void> = Promise.resolve();
  let isAsked = false;

  const begin = async (): Promise<OpenLogFile> => {
    count += 1;
    const stamp = now().toISOString().replaceAll(/[-:]/g, "");
    const path = join(folder, `${PREFIX}${stamp}-${process.pid}-${count}${OPEN}`);
    return { handle: await open(path, "wx", 0o600), path, bytes: 0 };
  };
  const complete = async () => {
    const done = file;
    file = undefined;
    if (done === undefined) return;
    try {
      await done.handle.close();
      await rename(done.path, done.path.slice(0, -OPEN.length) + COMPLETE);
    } catch (error) {
      lost(0, messageOf(error));
    }
  };
  const flush = async () => {
    isAsked = false;
    const taken = lines;
    if (taken.length === 0) return;
    lines = [];
    length = 0;
    try {
      file ??= await begin();
      const bytes = Buffer.from(taken.join(""));
      await file.handle.writeFile(bytes);
      file.bytes += bytes.length;
      if (file.bytes >= fileBytes) await complete();
    } catch (error) {
      lost(taken.length, messageOf(error));
      // A line that was cut off would spoil the next one.
      await file?.handle.truncate(file.bytes).catch(() => undefined);
      await complete();
    }
  };
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    turn = turn.then(step);
    return turn;
  };
  const ageing = setInterval(() => void inTurn(flush).then(() => inTurn(complete)), fileMs).unref();
  return {
    write({ time, key, version, slot, seconds }, rows) {
      const head = JSON.stringify({
        time: time.toISOString(),
        key,
        version,
        slot,
        latency: Number(seconds.toFixed(6)),
      }).slice(0, -1);
      for (const [at, row] of rows.entries()) {
        if (length > LONGEST_WAIT) {
          lost(rows.length - at, "the disk does not keep up");
          break;
        }
        const line = `${head},${row}}\n`;
        lines.push(line);
        length += line.length;
      }
      if (isAsked) return;
      isAsked = true;
      void inTurn(flush);
    },
    async close() {
      clearInterval(ageing);
      await inTurn(flush);
      await inTurn(complete);
    },
  };
}

/** A server that was killed may have left half a line. Files of one that still runs, and will go before long, are its own. */
async function completeLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = LEFT.exec(name)?.[1];
    if (pid === undefined || (Number(pid) !== process.pid && isRunning(Number(pid)))) continue;
    const path = join(folder, name);
    const content = await readFile(path);
    const whole = content.lastIndexOf(0x0a) + 1;
    if (whole < content.length) await truncate(path, whole);
    await rename(path, path.slice(0, -OPEN.length) + COMPLETE);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, and is not ours.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
