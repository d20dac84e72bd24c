import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, truncate } from "node:fs/promises";
import { join } from "node:path";

/** What the server knows of a request, beside what its model's process says of each row. */
export interface LogEntry {
  time: Date;
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
/** More than this waits for a disk that does not keep up: new rows are lost, and counted. */
const LONGEST_WAIT_BYTES = 32 * 2 ** 20;

/**
 * Predictions as JSON lines, in files that are complete as soon as they are called `predictions-….jsonl`. Writing never holds up an
 * answer. What an earlier server has left unfinished is completed first.
 */
export async function openPredictionLog(options: LogOptions): Promise<PredictionLog> {
  const { folder, fileBytes, fileMs, now, lost } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await completeLeft(folder);
  let file: { handle: FileHandle; path: string; bytes: number } | undefined;
  let lines: string[] = [];
  let bytes = 0;
  let writing: Promise<void> | undefined;
  let count = 0;

  const begin = async () => {
    count += 1;
    const stamp = now().toISOString().replaceAll(/[-:]/g, "");
    const path = join(folder, `${PREFIX}${stamp}-${process.pid}-${count}${OPEN}`);
    return { handle: await open(path, "wx", 0o600), path, bytes: 0 };
  };
  const complete = async () => {
    const done = file;
    file = undefined;
    if (done === undefined) return;
    await done.handle.close();
    await rename(done.path, done.path.slice(0, -OPEN.length) + COMPLETE);
  };
  const drain = async () => {
    while (lines.length > 0) {
      const taken = lines;
      const text = taken.join("");
      lines = [];
      bytes = 0;
      try {
        file ??= await begin();
        const { bytesWritten } = await file.handle.write(text);
        file.bytes += bytesWritten;
        if (file.bytes >= fileBytes) await complete();
      } catch (error) {
        lost(taken.length, error instanceof Error ? error.message : String(error));
      }
    }
  };
  const flush = (): Promise<void> => {
    writing ??= drain().finally(() => {
      writing = undefined;
    });
    return writing;
  };
  const ageing = setInterval(() => {
    void flush()
      .then(complete)
      .catch((error: unknown) => lost(0, String(error)));
  }, fileMs).unref();
  return {
    write({ time, key, version, slot, seconds }, rows) {
      const head = JSON.stringify({
        time: time.toISOString(),
        key,
        version,
        slot,
        latency: Number(seconds.toFixed(6)),
      }).slice(0, -1);
      for (const row of rows) {
        const line = `${head},${row}}\n`;
        if (bytes + line.length > LONGEST_WAIT_BYTES) {
          lost(1, "the disk does not keep up");
          continue;
        }
        lines.push(line);
        bytes += line.length;
      }
      void flush();
    },
    async close() {
      clearInterval(ageing);
      await flush();
      await complete();
    },
  };
}

/** A server that was killed may have left half a line; nobody else writes here. */
async function completeLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX) || !name.endsWith(OPEN)) continue;
    const path = join(folder, name);
    const content = await readFile(path);
    const whole = content.lastIndexOf(0x0a) + 1;
    if (whole < content.length) await truncate(path, whole);
    await rename(path, path.slice(0, -OPEN.length) + COMPLETE);
  }
}
