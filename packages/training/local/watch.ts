import type { Usage } from "@mlops-actions/core";
import { type Gpu, gpus } from "./gpus.ts";
import { childrenCpuSeconds, type Family, residentBytes } from "./processes.ts";

const LOOK_MS = 100;
/** Looking costs more the more processes a machine has; this part of one processor at most goes into it. */
const SHARE = 0.02;
const GPU_MS = 5_000;

/** Looks at a job again and again: remembers its processes, and what they use. */
export interface Watch {
  /** Ends the looking. CPU time is complete only after the job has been waited for. */
  stop(): Promise<Usage>;
}

export function watch(family: Family): Watch {
  const started = performance.now();
  let peak: number | null = null;
  const seen: Gpu[][] = [];
  let asking: Promise<void> | undefined;
  let timer: NodeJS.Timeout;
  const look = () => {
    const began = performance.now();
    const bytes = residentBytes(family.alive());
    if (bytes !== null) peak = Math.max(peak ?? 0, bytes);
    timer = setTimeout(look, Math.max(LOOK_MS, (performance.now() - began) / SHARE));
  };
  const ask = () => {
    asking ??= gpus().then((found) => {
      if (found.length > 0) seen.push(found);
      asking = undefined;
      // A machine without the program will not get it meanwhile.
      if (seen.length === 0) clearInterval(gpuTimer);
    });
  };
  const gpuTimer = setInterval(ask, GPU_MS);
  look();
  ask();
  return {
    async stop() {
      clearTimeout(timer);
      clearInterval(gpuTimer);
      const wallSeconds = (performance.now() - started) / 1000;
      const cpuSeconds = childrenCpuSeconds();
      await asking;
      return { wallSeconds, cpuSeconds, peakMemoryBytes: peak, gpus: usedOf(seen) };
    },
  };
}

/** Peak and mean over all looks, a GPU each. The memory is that of the whole GPU, whoever holds it. */
export function usedOf(looks: readonly (readonly Gpu[])[]): Usage["gpus"] {
  return (looks[0] ?? []).map(({ name }, at) => {
    const each = looks.flatMap((look) => look[at] ?? []);
    const shares = each.flatMap(({ utilization }) => utilization ?? []);
    return {
      name,
      peakMemoryBytes: Math.max(...each.map(({ usedBytes }) => usedBytes)),
      meanUtilization:
        shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length,
    };
  });
}
