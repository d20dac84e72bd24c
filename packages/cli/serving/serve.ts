import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { resolve } from "node:path";
import { UserError } from "@mlops-actions/core";
import { onnxruntimeLock } from "@mlops-actions/natives";
import { printable } from "@mlops-actions/report";
import { type ServerOptions, startServer, versionInFolder } from "@mlops-actions/serving";
import { askedToEnd } from "@mlops-actions/training";
import { type Installation, nativesOf } from "../installation.ts";
import type { Place } from "../registry/open.ts";
import { TOOL } from "../tool.ts";
import { foundVersion, registeredVersion } from "./found.ts";

export interface ServeOptions extends Place {
  host: string;
  port: number;
  admin?: string;
  log?: string;
  logInputs?: string[];
  sticky: string;
  secret?: string;
  processes?: number;
  memory?: number;
  timeout: number;
  maxBody: number;
  maxRows: number;
  queue: number;
  grace: number;
}

const MOST_PROCESSES = 4;
const LEAST_MB = 1024;
const SHARE = 0.6;
const START_MS = 120_000;
const LOG_FILE = { fileBytes: 64 * 2 ** 20, fileMs: 5 * 60_000 };
const SECRET_BYTES = 32;

/** `mlops-actions serve`: answers requests until it is asked to end. @returns the exit code */
export async function serveAt(
  text: string,
  options: ServeOptions,
  installation: Installation,
): Promise<number> {
  const {
    admin,
    log,
    logInputs,
    processes = Math.min(MOST_PROCESSES, Math.max(1, availableParallelism() - 1)),
  } = options;
  const tell = (line: string) => void process.stderr.write(`${printable(line)}\n`);
  const asked = askedToEnd(process);
  const first = await foundVersion(text, options);
  const { model } = first.serve;
  const server = await startServer({
    first,
    find: (what) =>
      "folder" in what
        ? versionInFolder(what.folder, what.version)
        : registeredVersion(`${model}@${what.version}`, options),
    listen: { host: options.host, port: options.port },
    admin: admin === undefined ? undefined : resolve(admin),
    secret: options.secret === undefined ? randomBytes(SECRET_BYTES) : await secretIn(options.secret),
    stickyHeader: options.sticky,
    bodyBytes: options.maxBody * 1000,
    maxRows: options.maxRows,
    timeoutMs: options.timeout,
    queue: options.queue,
    processes,
    log: log === undefined ? undefined : { ...LOG_FILE, folder: resolve(log), inputs: logInputs ?? "all" },
    engine: {
      entry: installation.servingEntry,
      nodePath: process.execPath,
      memoryMb: options.memory ?? Math.max(LEAST_MB, Math.floor((memoryMb() * SHARE) / (2 * processes))),
      startMs: START_MS,
      natives: await nativesOf(installation, onnxruntimeLock),
    },
    tool: TOOL,
    now: () => new Date(),
    tell,
  });
  process.stdout.write(`${first.serve.source.label} answers at ${server.url}/v2/models/${model}/infer\n`);
  if (!asked.aborted) await once(asked, "abort");
  tell(`ending: not ready any more, taking no connections in ${options.grace} s`);
  await server.end(options.grace * 1000);
  return 0;
}

/** @throws UserError `secret` */
async function secretIn(file: string): Promise<ServerOptions["secret"]> {
  try {
    // Whoever comes second reads what the first has written.
    await writeFile(file, randomBytes(SECRET_BYTES), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unusable(file, error);
  }
  const secret = await readFile(file).catch((error: unknown) => {
    throw unusable(file, error);
  });
  if (secret.length >= SECRET_BYTES) return secret;
  throw unusable(file, new Error(`it has fewer than ${SECRET_BYTES} bytes`));
}

function unusable(file: string, cause: unknown): UserError {
  return new UserError(
    "secret",
    `${file} cannot be used: ${cause instanceof Error ? cause.message : cause}`,
    {
      remedy: "Name a file that does not exist yet, in a folder that this user may write to.",
      cause,
    },
  );
}

// Without a limit of a cgroup Node answers with a number beyond any machine.
function memoryMb(): number {
  return Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 2 ** 20;
}
