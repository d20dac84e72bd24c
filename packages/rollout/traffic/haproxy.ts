import { connect } from "node:net";
import {
  type Counted,
  type Traffic,
  type TrafficMetrics,
  type TrafficSlot,
  UserError,
} from "@mlops-actions/core";

export interface Haproxy {
  /** Path of the runtime socket. */
  socket: string;
  backend: string;
  servers: readonly [string, string];
  /** Brings a version to a server before it gets a request. */
  prepare?: ((server: string, version: string) => Promise<void>) | undefined;
}

const DEADLINE_MS = 10_000;
/** Both weights together: whole steps of half a per cent, within the 256 that a server may have. */
const ALL = 200;
/** Flags of `srv_admin_state` with which a server gets no request: in maintenance, draining, for whatever reason. */
const OUT = 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20;

/** Two servers of an HAProxy backend, through its runtime socket: no reload, so that no connection is lost. It knows no versions. */
export function haproxyTraffic(target: Haproxy): Traffic {
  const { backend, servers } = target;
  const get = async (): Promise<TrafficSlot[]> => {
    const rows = table((await ask(target, `show servers state ${backend}`)).replace(/^\d+\n/, ""), " ");
    const weights = servers.map((name) => {
      const row = rows.find((one) => one.srv_name === name);
      if (row === undefined) throw noServer(target, name);
      return (Number(row.srv_admin_state) & OUT) === 0 ? Number(row.srv_uweight) : 0;
    });
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return servers.map((slot, i) => ({
      slot,
      version: null,
      weight: all === 0 ? 0 : (weights[i] ?? 0) / all,
    }));
  };
  return {
    get,
    async set({ stable, canary, weight }) {
      const share = Math.round(weight * ALL);
      const now = await get();
      const answers = (place: string) => now.some(({ slot, weight }) => slot === place && weight > 0);
      if (weight > 0 && !answers(canary.slot)) await target.prepare?.(canary.slot, canary.version);
      const both = [
        { server: canary.slot, units: share },
        { server: stable.slot, units: ALL - share },
      ];
      // In one line, since whoever is killed between two would leave half of it. HAProxy takes one command after the other and goes on past what it
      // refuses, so that half of it there may be; the next tick finishes that. First whoever gets more: at no moment nobody answers. Where stable
      // answers already the canary's requests are gone with its own weight.
      const isTakenAway = weight === 0 && answers(stable.slot);
      const line = both
        .sort((a, b) => (isTakenAway ? a.units - b.units : b.units - a.units))
        .flatMap(({ server, units }) => {
          const set = `set server ${backend}/${server}`;
          return [...(units > 0 ? [`${set} state ready`] : []), `${set} weight ${units}`];
        })
        .join("; ");
      const said = (await ask(target, line)).trim();
      if (said !== "") throw refused(target, line, said);
    },
  };
}

/** What HAProxy itself has counted of these servers. A request that reached no server counts as that server's error. */
export function haproxyMetrics(target: Haproxy): TrafficMetrics {
  return {
    async read(slots): Promise<Counted> {
      const rows = table((await ask(target, "show stat")).replace(/^# /, ""), ",");
      return new Map(
        slots.flatMap(({ slot }) => {
          const row = rows.find(({ pxname, svname }) => pxname === target.backend && svname === slot);
          if (row === undefined) return [];
          const count = (field: string) => Number(row[field] ?? 0) || 0;
          const errors = count("hrsp_5xx") + count("econ");
          return [[slot, { requests: count("hrsp_2xx") + count("hrsp_3xx") + errors, errors }] as const];
        }),
      );
    },
  };
}

/** Asks one thing of the runtime socket. */
async function ask({ socket }: Haproxy, command: string): Promise<string> {
  try {
    return await new Promise((resolve, reject) => {
      let said = "";
      const stream = connect(socket, () => stream.end(`${command}\n`));
      stream
        .setEncoding("utf8")
        .setTimeout(DEADLINE_MS, () => stream.destroy(new Error("no answer in time")));
      stream.on("data", (text: string) => {
        said += text;
      });
      stream.once("end", () => resolve(said));
      stream.once("error", reject);
    });
  } catch (cause) {
    throw new UserError(
      "haproxy-unreachable",
      `HAProxy's socket ${socket} does not answer: ${(cause as Error).message}`,
      {
        remedy:
          "run this on the machine of HAProxy, as a user who may open the socket (`stats socket … level admin`)",
        cause,
      },
    );
  }
}

function table(text: string, separator: string): Record<string, string>[] {
  const [head = "", ...lines] = text.trim().split("\n");
  const names = head.replace(/^# /, "").split(separator);
  return lines.map((line) => {
    const cells = line.split(separator);
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}

function noServer({ backend, servers }: Haproxy, name: string): UserError {
  return new UserError("no-such-server", `HAProxy has no server ${name} in the backend ${backend}`, {
    remedy: `give the backend the servers ${servers.join(" and ")}, or name others in \`traffic: { servers: [a, b] }\``,
  });
}

function refused({ socket }: Haproxy, command: string, said: string): UserError {
  return new UserError("haproxy-refused", `HAProxy refused \`${command}\`: ${said.slice(0, 200)}`, {
    remedy: `the socket ${socket} must have \`level admin\``,
  });
}
