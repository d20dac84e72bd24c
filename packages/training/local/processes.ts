import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** The variable by which a job's processes are found again, wherever they went. */
export const MARK = "MLOPS_JOB";

interface Seen {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** With the number, what makes a process this one: numbers are used again. */
  started: string;
}

/** The processes of one job. */
export interface Family {
  /** Those that live now; remembers each, so that one that leaves its group or its parent is still found. */
  alive(): number[];
}

/**
 * Everything that descends from a process, shares its group or session, or carries its mark. Linux alone tells; elsewhere the group is
 * all that is known. A process that has left the group, lost its parents and its environment between two looks is not found.
 * @param root the first process of the job, a leader of its own group; `undefined` where only the mark is known
 */
export function familyOf(root: number | undefined, mark: string): Family {
  const known = new Set<string>();
  // What was there before the job is none of it, and need not be looked into.
  const since = root === undefined ? 0 : Number(seen(root)[0]?.started ?? 0);
  return {
    alive() {
      const all = living();
      if (all === undefined) return root !== undefined && isGroup(root) ? [root] : [];
      const members = new Set<number>();
      const marked = new Set(
        all.filter((one) => Number(one.started) >= since && carries(one.pid, mark)).map(({ pid }) => pid),
      );
      const isMember = (one: Seen) =>
        known.has(key(one)) ||
        one.pid === root ||
        one.group === root ||
        one.session === root ||
        members.has(one.parent) ||
        marked.has(one.pid);
      // Children have not always a higher number than their parents, so until nothing is found any more.
      for (let before = -1; before !== members.size; ) {
        before = members.size;
        for (const one of all) if (!members.has(one.pid) && isMember(one)) members.add(one.pid);
      }
      for (const one of all) if (members.has(one.pid)) known.add(key(one));
      return [...members];
    },
  };
}

/**
 * Ends a family: asks, waits, and kills until nothing is left.
 * @returns how many were there
 */
export async function endFamily(family: Family, root: number | undefined, graceMs: number): Promise<number> {
  const first = family.alive();
  signalAll(first, root, "SIGTERM");
  const until = performance.now() + graceMs;
  while (performance.now() < until && family.alive().length > 0) await wait(25);
  for (let left = family.alive(); left.length > 0; left = family.alive()) {
    signalAll(left, root, "SIGKILL");
    await wait(25);
  }
  return first.length;
}

export function signalAll(pids: readonly number[], root: number | undefined, signal: NodeJS.Signals): void {
  // The group first: its members cannot fork away between a look and a signal.
  for (const pid of [...(root === undefined ? [] : [-root]), ...pids]) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already, or another user's: nobody's job is to end it.
    }
  }
}

/** Resident memory of these processes together in bytes; `null` where the system does not tell. */
export function residentBytes(pids: readonly number[]): number | null {
  const each = pids.flatMap((pid) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(proc(`${pid}/status`) ?? "")?.[1];
    return kilobytes === undefined ? [] : [Number(kilobytes) * 1024];
  });
  return each.length === 0 ? null : each.reduce((sum, bytes) => sum + bytes, 0);
}

/** CPU seconds of the ended children of this process, and of theirs that were waited for. */
export function childrenCpuSeconds(): number | null {
  const fields = fieldsOf(proc("self/stat"));
  // proc(5): cutime and cstime, in ticks of a hundredth of a second on every Linux (USER_HZ).
  return fields === undefined ? null : (Number(fields[13]) + Number(fields[14])) / 100;
}

function living(): Seen[] | undefined {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return undefined;
  }
  if (!names.includes("self")) return undefined;
  return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => seen(Number(name)));
}

function seen(pid: number): Seen[] {
  const fields = fieldsOf(proc(`${pid}/stat`));
  // A zombie runs nothing; its parent has not asked for it yet.
  if (fields === undefined || /^[ZX]/.test(fields[0] ?? "")) return [];
  const [, parent, group, session] = fields.map(Number) as [number, number, number, number];
  return [{ pid, parent, group, session, started: fields[19] ?? "" }];
}

// What follows the name, which alone may hold spaces and brackets: `fields[0]` is the state, field 3 of proc(5).
function fieldsOf(stat: string | undefined): string[] | undefined {
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function carries(pid: number, mark: string): boolean {
  return (proc(`${pid}/environ`) ?? "").split("\0").includes(`${MARK}=${mark}`);
}

function proc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, "latin1");
  } catch {
    return undefined;
  }
}

function isGroup(root: number): boolean {
  try {
    process.kill(process.platform === "win32" ? root : -root, 0);
    return true;
  } catch {
    return false;
  }
}

function key({ pid, started }: Seen): string {
  return `${pid}:${started}`;
}
