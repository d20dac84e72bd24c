import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { Agent, request as send } from "node:http";
import { join } from "node:path";
import { type Manifest, manifest as manifestSchema } from "@mlops-actions/core";
import { type ServerOptions, startServer, versionInFolder } from "@mlops-actions/serving";
import { type Folder, living, temporaryFolder } from "@mlops-actions/testkit";

const REPOSITORY = join(import.meta.dirname, "../..");
const ENTRY = join(REPOSITORY, "packages/serving/child-main.ts");
const KEPT = join(REPOSITORY, "packages/testkit/models");

/** How models' processes are started. */
export const ENGINE = {
  entry: ENTRY,
  nodePath: process.execPath,
  memoryMb: 1024,
  startMs: 30_000,
  natives: undefined,
};

export type Row = Readonly<Record<string, string | number>>;

export const NUMERIC = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"];
const TEXTS = "workclass education marital_status occupation relationship race sex native_country".split(" ");

/** The first rows of the census table, for which it is known what Python's onnxruntime answers. */
export function adults(count = 100): Promise<Row[]> {
  return tableRows("census-income/data/test.csv", [...NUMERIC, "id"], count);
}

/** The first rows of an example's table, with these columns as numbers; a field that is empty is the number 0. */
export async function tableRows(path: string, numeric: readonly string[], count: number): Promise<Row[]> {
  const text = await readFile(join(REPOSITORY, "examples", path), "utf8");
  const [head = "", ...lines] = text.trim().split("\n", count + 1);
  const names = head.split(",");
  return lines.map((line) =>
    Object.fromEntries(
      line.split(",").map((value, at) => {
        const name = names[at] as string;
        return [name, numeric.includes(name) ? Number(value) : value];
      }),
    ),
  );
}

/** What Python's onnxruntime said of them: by default the probability of the positive class. */
export async function expected(model: string, at = 1, output = "probabilities"): Promise<number[]> {
  const all = JSON.parse(await readFile(join(KEPT, "expected.json"), "utf8"));
  return all[model][output].map((row: number[]) => row[at]);
}

interface Input {
  name: string;
  shape: number[];
  datatype: string;
  data: unknown[];
}

/** A tensor for each column, as a client of a data frame sends them. */
export function columnsOf(rows: readonly Row[], names: readonly string[] = [...NUMERIC, ...TEXTS]): Input[] {
  return names.map((name) => ({
    name,
    shape: [rows.length, 1],
    datatype: typeof rows[0]?.[name] === "number" ? "FP64" : "BYTES",
    data: rows.map((row) => row[name] ?? null),
  }));
}

/** A version in a folder, as `registry download` leaves it: a kept model by its name, or bytes. */
export async function versionIn(
  folder: string,
  model: string | Uint8Array = "adult-columns",
  changed: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<string> {
  const bytes = typeof model === "string" ? await readFile(join(KEPT, `${model}.onnx`)) : model;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "model.onnx"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const plain = manifestSchema.parse({
    _type: "https://mlops-actions.dev/manifest/v1",
    model: "census-income",
    task: "binary",
    files: [{ role: "model", name: "model.onnx", size: bytes.length, sha256 }],
    interface: { by: "onnx", positive: ">50K" },
    training: { commit: null, code: "0".repeat(64), inputs: "1".repeat(64), data: [] },
  });
  await writeFile(join(folder, "manifest.json"), JSON.stringify(changed(plain)));
  return folder;
}

/** The same model as another version: trained of other inputs. */
export const sibling =
  (number: number) =>
  (manifest: Manifest): Manifest => ({
    ...manifest,
    training: { ...manifest.training, inputs: String(number).repeat(64).slice(0, 64) },
  });

interface Tensor {
  name: string;
  datatype: string;
  shape: number[];
}

/** What a server may say, by what was asked. */
export interface Said {
  error: string;
  field?: string;
  model_version: string;
  inputs: Tensor[];
  outputs: (Tensor & { data: number[] })[];
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  json: Said;
}

export interface Scene extends AsyncDisposable {
  folder: string;
  url: string;
  admin: string;
  /** What the server told its operator. */
  told: string[];
  ask(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  infer(inputs: unknown, headers?: Record<string, string>): Promise<Answer>;
  adminAsk(method: string, path: string, body?: unknown): Promise<Answer>;
  /** One sample of `/metrics`; 0 where there is none. */
  metric(name: string, labels: Readonly<Record<string, string>>): Promise<number>;
  end(graceMs?: number): Promise<void>;
}

/** A server in this process, its models in theirs, over real sockets. The first version is 1.0.0. */
export async function serving(
  options: Partial<ServerOptions> & {
    model?: string | Uint8Array;
    manifest?: (of: Manifest) => Manifest;
  } = {},
): Promise<Scene> {
  const { model, manifest, ...changed } = options;
  const own: Folder = await temporaryFolder("serving");
  const first = await versionInFolder(await versionIn(join(own.path, "first"), model, manifest), "1.0.0");
  const admin = join(own.path, "admin.sock");
  const told: string[] = [];
  const server = await started(own, {
    first,
    find: (what) => {
      if (!("folder" in what)) throw new Error("these tests have folders only");
      return versionInFolder(what.folder, what.version);
    },
    listen: { host: "127.0.0.1", port: 0 },
    admin,
    secret: Buffer.alloc(32, 7),
    stickyHeader: "x-sticky-key",
    bodyBytes: 1_000_000,
    maxRows: 1000,
    timeoutMs: 20_000,
    queue: 64,
    processes: 1,
    log: undefined,
    engine: ENGINE,
    tool: "mlops-actions 0.1.0",
    now: () => new Date(),
    tell: (line) => told.push(line),
    ...changed,
  });
  const agent = new Agent({ keepAlive: true });
  let isOver = false;
  const end = async (graceMs = 0) => {
    if (isOver) return;
    isOver = true;
    await server.end(graceMs);
  };
  const ask = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    asked(new URL(path, server.url), { agent, headers, method: body === undefined ? "GET" : "POST" }, body);
  return {
    folder: own.path,
    url: server.url,
    admin,
    told,
    ask,
    infer: (inputs, headers) => ask("/v2/models/census-income/infer", { inputs }, headers),
    adminAsk: (method, path, body) => asked({ socketPath: admin, path }, { method }, body),
    async metric(name, labels) {
      const { text } = await ask("/metrics");
      const sample = text
        .split("\n")
        .find(
          (line) =>
            line.startsWith(`${name}{`) &&
            Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
        );
      return Number(sample?.split(" ").at(-1) ?? 0);
    },
    end,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await end();
      await own[Symbol.asyncDispose]();
    },
  };
}

function asked(
  to: URL | { socketPath: string; path: string },
  options: { agent?: Agent; headers?: Record<string, string>; method: string },
  body: unknown,
): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = to instanceof URL ? send(to, options) : send({ ...to, ...options });
    request.on("error", failed).on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("error", failed).on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode: status = 0, headers } = response;
        const isJson = headers["content-type"]?.includes("json") === true;
        const text = bytes.toString("latin1");
        done({ status, headers, text, json: isJson ? JSON.parse(bytes.toString("utf8")) : {} });
      });
    });
    request.end(
      body === undefined || typeof body === "string" || body instanceof Uint8Array
        ? body
        : JSON.stringify(body),
    );
  });
}

async function started(own: Folder, options: ServerOptions) {
  try {
    return await startServer(options);
  } catch (error) {
    await own[Symbol.asyncDispose]();
    throw error;
  }
}

/** The models' processes of a server, by default of those in this process, oldest first. */
export async function modelProcesses(server = process.pid): Promise<number[]> {
  const own: number[] = [];
  for (const pid of living(ENTRY)) {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
    if (Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]) === server) own.push(Number(pid));
  }
  return own.sort((a, b) => a - b);
}

/** Looks until it is so. */
export async function eventually(isSo: () => Promise<boolean> | boolean, ms = 15_000): Promise<void> {
  for (const until = Date.now() + ms; !(await isSo()); await new Promise((next) => setTimeout(next, 20)))
    if (Date.now() > until) throw new Error("it never was so");
}
