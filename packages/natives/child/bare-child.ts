import { type ChildProcess, fork } from "node:child_process";

export interface BareChild {
  /** What it runs, and with which arguments. */
  entry: string;
  args: readonly string[];
  nodePath: string;
  /** Half of it is for its own heap, the rest for the library that it loads. */
  memoryMb: number;
}

/** Starts a process for files that nobody vouches for: it has nothing of this one's but a pipe. */
export function bareChild({ entry, args, nodePath, memoryMb }: BareChild): ChildProcess {
  return fork(entry, args, {
    execPath: nodePath,
    execArgv: [`--max-old-space-size=${Math.floor(memoryMb / 2)}`],
    // Nothing of ours: tokens lie in variables that nobody thought of. Windows does not start without its root.
    env: {
      TZ: "UTC",
      LC_ALL: "C.UTF-8",
      ...(process.platform === "win32" && { SystemRoot: process.env.SystemRoot }),
    },
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    windowsHide: true,
  });
}
