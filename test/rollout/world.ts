import {
  type Approvals,
  type Deployment,
  type DeploymentStatus,
  type Deployments,
  type Environments,
  type Evidence,
  execute,
  type Loaded,
  type Manifest,
  type Ports,
  type Traffic,
  type TrafficMetrics,
  type TrafficSlot,
  UserError,
  type Version,
  type Versions,
} from "@mlops-actions/core";
import {
  type Details,
  type RollingOut,
  rollingOut,
  type Section,
  section,
  watching,
} from "@mlops-actions/rollout";

export const MODEL = "census";
const MINUTE = 60_000;

/** A world in memory in which everything can be asked, and a program can be killed between any two things that it does. */
export interface World {
  time: number;
  deployments: (Deployment & { statuses: DeploymentStatus[]; key: string })[];
  assigned: string[];
  dispatched: string[];
  slots: TrafficSlot[];
  /** What the two versions have counted. */
  counters: Map<string, Counters>;
  recent: ({ seconds: number } & Counters) | undefined;
  approvals: Approvals | undefined;
  /** Fails from here on, where set: the next thing that is asked of the world, before or after it is done. */
  kill: { at: number; phase: "before" | "after"; asked: number } | undefined;
  isMetricsDown: boolean;
  /** The target sets one weight after the other: first the greater. */
  isInTwoLines: boolean;
  /** The target has two servers, and does not say which versions they run. */
  isMute: boolean;
  /** A version is brought to a server without requests before it gets some. */
  isPreparing: boolean;
}

export interface Counters {
  requests: number;
  errors: number;
  keys?: { seen: number; bad: number };
}

export class Killed extends Error {}

export function newWorld(live: string | undefined, deploys = true): World {
  return {
    time: Date.parse("2026-03-01T00:00:00Z"),
    deployments: [],
    assigned: live === undefined ? [] : [live],
    dispatched: [],
    slots: deploys ? [{ slot: "stable", version: live ?? null, weight: 1 }] : [],
    counters: new Map(
      live === undefined ? [] : [[live, { requests: 0, errors: 0, keys: { seen: 0, bad: 0 } }]],
    ),
    recent: { seconds: 3600, requests: 36_000, errors: 360, keys: { seen: 20_000, bad: 360 } },
    approvals: undefined,
    kill: undefined,
    isMetricsDown: false,
    isInTwoLines: false,
    isMute: false,
    isPreparing: false,
  };
}

/** What a version was trained on. */
export function commitOf(number: string): string {
  return number.replaceAll(".", "").padEnd(40, "c");
}

/** A version that anybody can look at. */
export function version(number: string): Version {
  const manifest: Manifest = {
    _type: "https://mlops-actions.dev/manifest/v1",
    model: MODEL,
    task: "binary",
    files: [{ role: "model", name: "model.onnx", size: 1, sha256: "a".repeat(64) }],
    interface: { by: "onnx" },
    training: { commit: commitOf(number), code: "d".repeat(64), inputs: "e".repeat(64), data: [] },
  };
  return {
    model: MODEL,
    number,
    tag: `${MODEL}@v${number}`,
    record: `record of ${number}`,
    manifest,
    state: "published",
    registered: "2026-02-01T00:00:00.000Z",
    assets: [{ name: "manifest.json", size: 1, sha256: "b".repeat(64) }],
  };
}

export const VERSIONS = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"];

/** The ports of a world. Each thing that is asked counts, so that a test can kill at every one of them. */
export function portsOf(world: World): Ports {
  const versions: Versions = {
    resolve: async (_model, which) => {
      const number = "version" in which ? which.version : "newest" in which ? "1.3.0" : world.assigned.at(-1);
      if (number === undefined || !VERSIONS.includes(number)) return undefined;
      return { version: version(number), how: "exact", since: "2026-02-01T00:00:00.000Z" };
    },
    files: () => ({ find: async () => undefined }),
  };
  const current = async () => {
    const number = world.assigned.at(-1);
    return {
      counter: world.assigned.length,
      version: number === undefined ? undefined : version(number),
    };
  };
  const environments: Environments = {
    current,
    past: async () => world.assigned.map((number) => ({ number, withdrawn: false })),
    assign: (_environment, { number }, after) =>
      asked(world, async () => {
        if (after !== world.assigned.length) return { kind: "taken", ...(await current()), by: undefined };
        world.assigned.push(number);
        return { kind: "assigned", counter: world.assigned.length };
      }),
  };
  const deployments: Deployments = {
    list: async ({ environment }) =>
      world.deployments.filter((one) => one.environment === environment).toReversed(),
    statuses: async (id) => [...(world.deployments.find((one) => one.id === id)?.statuses ?? [])],
    create: (given) =>
      asked(world, async () => {
        const there = world.deployments.find(({ key }) => key === given.payload.key);
        const { environment, ref } = given;
        const made = there ?? {
          id: world.deployments.length + 1,
          environment,
          ref,
          payload: JSON.parse(JSON.stringify(given.payload)),
          created: new Date(world.time).toISOString(),
          statuses: [],
          key: given.payload.key,
        };
        if (there === undefined) world.deployments.push(made);
        return made;
      }),
    say: (id, status) =>
      asked(world, async () => {
        if (status.description.length > 140) throw new Error(`too long: ${status.description}`);
        const at = new Date(world.time).toISOString();
        const statuses = world.deployments.find((one) => one.id === id)?.statuses;
        if (statuses === undefined) throw new Error(`no deployment ${id}`);
        statuses.push({ id: statuses.length, at, ...status });
      }),
  };
  const traffic: Traffic = {
    get: async () => world.slots.map((one) => ({ ...one, version: world.isMute ? null : one.version })),
    set: async ({ stable, canary, weight }) => {
      if (world.isInTwoLines)
        await asked(world, async () => {
          const [own, other] = [shareOf(world, canary.version), shareOf(world, stable.version ?? "")];
          const [first, second] = weight >= 0.5 ? [weight, other] : [own, 1 - weight];
          const all = first + second;
          world.slots = [
            { slot: "stable", version: stable.version, weight: second / all },
            { slot: "canary", version: canary.version, weight: first / all },
          ];
        });
      for (const one of world.slots)
        if (world.isPreparing && weight > 0 && one.slot === canary.slot && one.weight === 0)
          one.version = canary.version;
      await asked(world, async () => {
        world.slots = world.isMute
          ? world.slots.map((one) => ({ ...one, weight: one.slot === canary.slot ? weight : 1 - weight }))
          : weight === 1
            ? [{ slot: "stable", version: canary.version, weight: 1 }]
            : [
                { slot: "stable", version: stable.version, weight: 1 - weight },
                { slot: "canary", version: canary.version, weight },
              ];
      });
    },
  };
  const counted = (slots: readonly TrafficSlot[], of: (version: string) => Counters | undefined) =>
    new Map(
      slots.flatMap(({ slot, version }) => {
        const runs = version ?? world.slots.find((one) => one.slot === slot)?.version ?? null;
        const found = runs === null ? undefined : of(runs);
        return found === undefined ? [] : [[slot, found] as const];
      }),
    );
  const metrics: TrafficMetrics = {
    read: async (slots) => {
      if (world.isMetricsDown) throw new UserError("metrics-down", "Nobody answers", { remedy: "start it" });
      return counted(slots, (of) => structuredClone(world.counters.get(of)));
    },
    recent: async (slots) =>
      world.recent && {
        seconds: world.recent.seconds,
        counted: counted(slots.slice(0, 1), () => world.recent),
      },
  };
  const unasked = () => {
    throw new Error("nobody asks for this");
  };
  return {
    versions,
    environments,
    deployments,
    approvals: world.approvals,
    dispatches: {
      repositoryDispatch: (_type, { version }) =>
        asked(world, async () => void world.dispatched.push(String(version))),
    },
    traffic: world.slots.length === 0 ? undefined : traffic,
    trafficMetrics: world.slots.length === 0 ? undefined : metrics,
    clock: { now: () => new Date(world.time) },
    progress: { step: () => undefined },
    tables: undefined as never,
    models: undefined as never,
    files: undefined as never,
    publishing: undefined as never,
    remade: undefined as never,
    launcher: undefined as never,
    workspace: undefined as never,
    comments: { upsert: unasked },
    checks: { publish: unasked },
  };
}

// Only what changes the world can be cut off: whoever dies between two questions has changed nothing.
async function asked<T>(world: World, act: () => Promise<T>): Promise<T> {
  const { kill } = world;
  if (kill === undefined) return act();
  kill.asked++;
  if (kill.asked < kill.at) return act();
  if (kill.asked === kill.at && kill.phase === "after") await act();
  throw new Killed();
}

/** One invocation. */
export async function invoke(
  world: World,
  written: object,
  told: Partial<RollingOut> = {},
  ports = portsOf(world),
): Promise<Evidence<Details>> {
  const stage = rollingOut({ environment: "production", mode: "tick", run: null, by: "ada", ...told });
  return execute(
    stage,
    projectOf(section.parse({ production: written })),
    [],
    ports,
    RUN,
    new AbortController().signal,
  );
}

/** What an invocation found; its fault as a text where it refused. */
export async function invoked(world: World, written: object, told: Partial<RollingOut> = {}) {
  const { outcome } = (await invoke(world, written, told)).predicate;
  return outcome.kind === "error" ? outcome.fault.code : outcome.details;
}

/** Invocations at once: of those that want to ask something the next is drawn. @returns when all have come to an end */
export async function atOnce(
  world: World,
  written: object,
  tolds: readonly Partial<RollingOut>[],
  random: () => number,
): Promise<void> {
  const waiting: (() => void)[] = [];
  const inTurn = <Port extends object>(port: Port | undefined) =>
    port &&
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...told: unknown[]) => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          return Reflect.apply(method, target, told);
        };
      },
    });
  let open = tolds.length;
  const ends = tolds.map(async (told) => {
    const ports = portsOf(world);
    await invoke(world, written, told, {
      ...ports,
      environments: inTurn(ports.environments) ?? ports.environments,
      deployments: inTurn(ports.deployments) ?? ports.deployments,
      traffic: inTurn(ports.traffic),
    });
    open--;
  });
  while (open > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    waiting.splice(Math.floor(random() * waiting.length), 1)[0]?.();
  }
  await Promise.all(ends);
}

/** One invocation that stays for ten minutes. @param meanwhile what happens while it waits */
export async function watched(
  world: World,
  written: object,
  told: Partial<RollingOut>,
  meanwhile: () => Promise<void>,
): Promise<Evidence<Details>> {
  return watching({
    told: { environment: "production", mode: "tick", run: null, by: "ada", ...told },
    loaded: projectOf(section.parse({ production: written })),
    ports: portsOf(world),
    context: RUN,
    seconds: 600,
    wait: meanwhile,
  });
}

const RUN = { commit: "c".repeat(40), clean: true, tool: "mlops-actions 0.1.0" };

function projectOf(section: Section): Loaded<Section> {
  return {
    kind: "project",
    project: {
      root: "/",
      path: ".",
      model: MODEL,
      task: "binary",
      data: { key: [] },
      section,
      paths: [],
      files: [],
      policy: { commit: null, from: "working-tree", digest: "0".repeat(64), changedHere: [] },
      place: () => ({ file: "mlops.yml" }),
      table: () => {
        throw new Error("no table");
      },
    },
  };
}

/** The canary's share of the requests. */
export function shareOf({ slots }: World, number: string): number {
  return slots.filter(({ version }) => version === number).reduce((sum, { weight }) => sum + weight, 0);
}

/** Lets users ask for a while: load and base rate may change, each user stays with one version as long as the weights allow. */
export function ask(
  world: World,
  users: Users,
  of: { requests: number; rate: number; ratio: number; candidate: string; minutes?: number },
): void {
  const { requests, rate, ratio, candidate } = of;
  const share = shareOf(world, candidate);
  const stable = world.slots.find(({ version, weight }) => version !== candidate && weight > 0)?.version;
  const side = (number: string | null | undefined) => {
    const name = number ?? candidate;
    const found = world.counters.get(name) ?? { requests: 0, errors: 0, keys: { seen: 0, bad: 0 } };
    world.counters.set(name, found);
    return found as Required<Counters>;
  };
  const [own, other] = [side(candidate), side(stable)];
  for (let i = 0; i < requests; i++) {
    const user = Math.floor(users.random() * users.count);
    const isCanary = (users.position[user] ?? 1) < share;
    const counters = isCanary ? own : other;
    counters.requests++;
    if (users.seen[user] === 0) {
      users.seen[user] = 1;
      counters.keys.seen++;
    }
    if (users.random() < rate * (isCanary ? ratio : 1)) {
      counters.errors++;
      if (users.bad[user] === 0) {
        users.bad[user] = 1;
        counters.keys.bad++;
      }
    }
  }
  world.time += (of.minutes ?? 1) * MINUTE;
}

/** People who come back. */
export interface Users {
  count: number;
  random: () => number;
  position: Float64Array;
  seen: Uint8Array;
  bad: Uint8Array;
}

export function newUsers(count: number, seed: number): Users {
  const random = mulberry32(seed);
  return {
    count,
    random,
    position: Float64Array.from({ length: count }, random),
    seen: new Uint8Array(count),
    bad: new Uint8Array(count),
  };
}

/** Small and quick; only for tests that draw millions (Tommy Ettinger's mulberry32). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
