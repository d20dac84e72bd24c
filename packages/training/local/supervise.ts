import { type ChildProcess, spawn } from "node:child_process";
import { gpus } from "./gpus.ts";
import type { Order, Report } from "./messages.ts";
import { endFamily, familyOf, MARK } from "./processes.ts";
import { watch } from "./watch.ts";

type Start = Extract<Order, { kind: "start" }>;

/**
 * The supervisor's side: runs one command, and ends all of it at the time limit, on demand, and when its own parent is gone. It stands
 * between the action and the project's code so that the environment of the code's parent, which any process of the user can read, holds
 * no token. That prevents accidents; against code that wants to find one it is no boundary.
 */
export function supervise(own: NodeJS.Process): void {
  let stop: ((why: "cancelled") => void) | undefined;
  let cancelled = false;
  const cancel = () => {
    cancelled = true;
    stop?.("cancelled");
  };
  const tell = (report: Report) => {
    // Without a parent nobody listens, and what had to be ended has ended.
    if (own.connected) own.send?.(report, () => own.disconnect?.());
    else own.exit(0);
  };

  own.on("disconnect", () => (stop === undefined ? own.exit(0) : cancel()));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) own.on(signal, cancel);
  own.on("message", (order: Order) => {
    if (order.kind === "cancel") return cancel();
    run(order, {
      onStart: (end) => {
        stop = end;
        own.send?.({ kind: "started" } satisfies Report, () => undefined);
        if (cancelled || !own.connected) end("cancelled");
      },
    }).then(tell, (error: unknown) => {
      throw error;
    });
  });
  if (!own.connected) own.exit(0);
}

async function run(
  order: Start,
  { onStart }: { onStart(end: (why: "cancelled") => void): void },
): Promise<Report> {
  const { gpuMemoryBytes } = order;
  if (gpuMemoryBytes !== undefined) {
    const found = await gpus();
    if (!found.some(({ totalBytes }) => totalBytes >= gpuMemoryBytes)) {
      const detail = found.map(({ name, totalBytes }) => `${name}, ${Math.round(totalBytes / 1e9)} GB`);
      return { kind: "refused", why: "no-gpu", detail: detail.join("; ") };
    }
  }
  const child = started(order);
  const { pid } = child;
  if (pid === undefined) {
    const error = await new Promise<Error>((resolve) => child.once("error", resolve));
    return { kind: "refused", why: "not-started", detail: error.message };
  }
  const family = familyOf(pid, order.mark);
  const watching = watch(family);
  let why: "over-time" | "cancelled" | undefined;
  let ending: Promise<unknown> | undefined;
  const end = (reason: "over-time" | "cancelled") => {
    why ??= reason;
    ending ??= endFamily(family, pid, order.graceMs);
  };
  const limit =
    order.limitSeconds === undefined
      ? undefined
      : setTimeout(() => end("over-time"), Math.min(order.limitSeconds * 1000, 2 ** 31 - 1));
  onStart(end);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once("exit", (...how) => resolve(how)),
  );
  clearTimeout(limit);
  // What it has left behind when it ended by itself; what was ended with it did not outlive it.
  await ending;
  const left = await endFamily(family, pid, order.graceMs);
  const usage = await watching.stop();
  const how = why ?? (signal === null ? "exited" : "signalled");
  return { kind: "ended", how, code, signal, usage, leftovers: why === undefined ? left : 0 };
}

function started({ command, cwd, env, mark }: Start): ChildProcess {
  const [shell, args]: [string, string[]] =
    process.platform === "win32"
      ? [env.ComSpec ?? env.COMSPEC ?? "cmd.exe", ["/d", "/s", "/c", `"${command}"`]]
      : ["/bin/sh", ["-c", command]];
  return spawn(shell, args, {
    cwd,
    env: { ...env, [MARK]: mark },
    // A session and a group of its own, to be ended as one.
    detached: process.platform !== "win32",
    stdio: ["ignore", "inherit", "inherit"],
    windowsHide: true,
    windowsVerbatimArguments: true,
  });
}
