import { readdirSync, readFileSync } from "node:fs";

/** Processes of this machine that run and whose command line, its words joined by spaces, has this text. Linux only. */
export function living(text: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      if (/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"))) return false;
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").includes(text);
    } catch {
      return false;
    }
  });
}
