import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { type Patience, patientFetch } from "./fetch.ts";

/** Where GitHub is and who asks. Nothing is read from the environment here. */
export interface Connection {
  token: string;
  /** `GITHUB_API_URL`: another host on GitHub Enterprise. */
  baseUrl: string;
  userAgent?: string | undefined;
  /** How long one request may take, in milliseconds. GitHub itself gives up after 10 s; the HTTP client only after 300 s. */
  deadlineMs?: number | undefined;
  /** The longest wait for a rate limit that is still worth the job's time, in seconds. */
  patienceSeconds?: number | undefined;
  /** Ends everything that is under way: the job's own deadline. */
  signal?: AbortSignal | undefined;
  fetch?: typeof fetch | undefined;
  now?: (() => number) | undefined;
  /** Writes a second apart and waiting for limits, as GitHub asks. Default: yes, unless the API is a server on this very machine, which has none. */
  paced?: boolean | undefined;
  /** Waits before something is asked again. */
  wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** Octokit, and how this run waits. */
export type Client = Octokit & {
  wait(milliseconds: number): Promise<void>;
  /** For what takes longer than an answer, and has a deadline of its own. */
  patience: Omit<Patience, "deadlineMs">;
};

const Throttled = Octokit.plugin(throttling);

/**
 * One client for a run. Throttling alone owns rate limits; nothing here sends a request twice on its own account, since a
 * POST whose reply was lost may have been carried out (`ask.ts` reads, `settle.ts` reads back before it repeats).
 */
export function connect(connection: Connection): Client {
  const longestWait = connection.patienceSeconds ?? 120;
  const mayWait = (retryAfter: number, _options: object, _octokit: object, retries: number) =>
    retries < 2 && retryAfter <= longestWait;
  const patience = {
    fetch: connection.fetch ?? fetch,
    signal: connection.signal,
    now: connection.now ?? Date.now,
  };
  const octokit = new Throttled({
    auth: connection.token,
    baseUrl: connection.baseUrl.replace(/\/+$/, ""),
    userAgent: connection.userAgent ?? "mlops-actions",
    // Octokit's own lines would print addresses and warnings into a log that people read for the verdict.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    request: {
      fetch: patientFetch({ ...patience, deadlineMs: connection.deadlineMs ?? 20_000 }),
    },
    // Paced per client: the plugin would queue all clients of a process behind each other.
    throttle:
      (connection.paced ?? !isOnThisMachine(connection.baseUrl))
        ? { id: randomUUID(), onRateLimit: mayWait, onSecondaryRateLimit: mayWait }
        : { enabled: false },
  });
  const wait = connection.wait ?? ((milliseconds: number) => sleep(milliseconds));
  return Object.assign(octokit, { wait, patience });
}

function isOnThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
