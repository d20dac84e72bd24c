// Requests per second and p99 of `mlops-actions serve` against MLServer with Python's onnxruntime: the same model, the same bytes in each
// request, one process each, the same 16 connections. Run: MLOPS_PYTHON=… node test/benchmarks/serving/requests.ts [seconds a round]
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { adults, columnsOf, versionIn } from "../../serving/scene.ts";

const ROUNDS = 3;
const CONNECTIONS = 16;
const seconds = Number(process.argv[2] ?? 5);
const python = process.env.MLOPS_PYTHON ?? "python3";
const root = mkdtempSync(join(tmpdir(), "requests-"));
const PORTS = { ours: 18_411, mlserver: 18_412 };

const RUNTIME = `
import numpy as np, onnxruntime
from mlserver import MLModel
from mlserver.types import InferenceResponse, ResponseOutput

class Census(MLModel):
    async def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession("model.onnx", options, providers=["CPUExecutionProvider"])
        self.types = {one.name: np.float32 if one.type == "tensor(float)" else object for one in self.session.get_inputs()}
        return True

    async def predict(self, payload):
        feeds = {one.name: np.asarray(one.data.root, self.types[one.name]).reshape(-1, 1) for one in payload.inputs}
        scores = self.session.run(["probabilities"], feeds)[0][:, 1].astype(float)
        return InferenceResponse(model_name=self.name, outputs=[ResponseOutput(name="score", shape=[len(scores)], datatype="FP64", data=scores.tolist())])
`;

async function ours(): Promise<ChildProcess> {
  const version = await versionIn(join(root, "version"));
  const main = join(import.meta.dirname, "../../../packages/cli/main.ts");
  return spawn(
    process.execPath,
    [main, "serve", version, "--port", String(PORTS.ours), "--processes", "1", "--grace", "0"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
}

async function mlserver(): Promise<ChildProcess> {
  const folder = join(root, "mlserver");
  await versionIn(folder);
  writeFileSync(join(folder, "census.py"), RUNTIME);
  writeFileSync(
    join(folder, "model-settings.json"),
    JSON.stringify({ name: "census-income", implementation: "census.Census" }),
  );
  writeFileSync(
    join(folder, "settings.json"),
    JSON.stringify({
      host: "127.0.0.1",
      http_port: PORTS.mlserver,
      grpc_port: 18_413,
      metrics_port: 18_414,
      parallel_workers: 0,
      debug: false,
    }),
  );
  return spawn(python, ["-m", "mlserver.cli.main", "start", "."], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: folder },
    stdio: ["ignore", "ignore", "ignore"],
  });
}

interface Taken {
  /** Milliseconds of each answer. */
  times: number[];
  perSecond: number;
  /** Milliseconds of processor time that the server took for one request; NaN where the system does not tell. */
  cpu: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function ask(port: number, path: string, body?: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((done, failed) => {
    const headers = body && { "content-type": "application/json", "content-length": body.length };
    const asked = send(
      { host: "127.0.0.1", port, path, agent, method: body ? "POST" : "GET", ...(headers && { headers }) },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => done({ status: response.statusCode ?? 0, text }));
      },
    );
    asked.on("error", failed).end(body);
  });
}

async function load(port: number, body: Buffer, ms: number, server: ChildProcess): Promise<Taken> {
  const times: number[] = [];
  const before = cpuOf(server);
  const began = performance.now();
  const until = began + ms;
  const client = async () => {
    while (performance.now() < until) {
      const start = performance.now();
      const { status, text } = await ask(port, "/v2/models/census-income/infer", body);
      if (status !== 200) throw new Error(`${status} ${text}`);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return {
    times,
    perSecond: times.length / ((performance.now() - began) / 1000),
    cpu: (cpuOf(server) - before) / times.length,
  };
}

/** Processor time of a process and its children in milliseconds, by Linux's ticks of 10 ms. */
function cpuOf({ pid }: ChildProcess): number {
  if (process.platform !== "linux") return Number.NaN;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => {
      const fields = statOf(name);
      const isOurs = Number(name) === pid || Number(fields[1]) === pid;
      return isOurs ? sum + (Number(fields[11]) + Number(fields[12])) * 10 : sum;
    }, 0);
}

/** From the process's state on: what comes before may hold spaces. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

async function ready(port: number): Promise<void> {
  for (const until = performance.now() + 60_000; performance.now() < until; await wait(200))
    if (
      await ask(port, "/v2/health/ready").then(
        ({ status }) => status === 200,
        () => false,
      )
    )
      return;
  throw new Error(`nothing answers at ${port}`);
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN;
}

const hasPeer = spawnSync(python, ["-c", "import mlserver, onnxruntime"]).status === 0;
if (!hasPeer)
  console.log(`  without MLServer: ${python} has not mlserver and onnxruntime (set MLOPS_PYTHON)`);
const servers: { name: keyof typeof PORTS; child: ChildProcess }[] = [{ name: "ours", child: await ours() }];
if (hasPeer) servers.push({ name: "mlserver", child: await mlserver() });
try {
  const rows = await adults(100);
  for (const { name } of servers) await ready(PORTS[name]);
  for (const count of [1, 100]) {
    const body = Buffer.from(JSON.stringify({ inputs: columnsOf(rows.slice(0, count)) }));
    const said = [];
    for (const { name, child } of servers) {
      const { text } = await ask(PORTS[name], "/v2/models/census-income/infer", body);
      said.push(JSON.parse(text).outputs[0].data as number[]);
      await load(PORTS[name], body, 1000, child);
    }
    const [own = [], theirs = own] = said;
    if (own.length !== count || own.some((score, i) => !(Math.abs(score - (theirs[i] ?? 0)) < 1e-6)))
      throw new Error(`the answers differ: ${own.slice(0, 3)} and ${theirs.slice(0, 3)}`);
    const taken: Record<keyof typeof PORTS, Taken[]> = { ours: [], mlserver: [] };
    // Interleaved, so that a busy machine slows both alike.
    for (let round = 0; round < ROUNDS; round++)
      for (const { name, child } of servers)
        taken[name].push(await load(PORTS[name], body, seconds * 1000, child));
    const summary = (name: keyof typeof PORTS) => {
      const times = taken[name].flatMap((one) => one.times);
      const perSecond = quantile(
        taken[name].map((one) => one.perSecond),
        0.5,
      );
      const cpu = quantile(
        taken[name].map((one) => one.cpu),
        0.5,
      );
      return { perSecond, cpu, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
    };
    for (const { name } of servers) {
      const { perSecond, cpu, p50, p99 } = summary(name);
      console.log(
        `  ${count} row${count === 1 ? " " : "s"}  ${name.padEnd(8)} ${perSecond.toFixed(0)} requests/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(2)} ms of processor time each`,
      );
    }
    if (!hasPeer) continue;
    const [a, b] = [summary("ours"), summary("mlserver")];
    console.log(
      `  ${count} rows: ours answers ${(a.perSecond / b.perSecond).toFixed(1)} times as many requests, for ${(a.cpu / b.cpu).toFixed(2)} of the processor time; its p99 is ${(a.p99 / b.p99).toFixed(2)} of MLServer's`,
    );
  }
} finally {
  agent.destroy();
  for (const { child } of servers) {
    if (child.exitCode !== null) continue;
    child.kill("SIGTERM");
    await Promise.race([once(child, "exit"), wait(5000).then(() => child.kill("SIGKILL"))]);
  }
  rmSync(root, { recursive: true, force: true });
}
