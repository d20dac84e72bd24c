import { execFile } from "node:child_process";

/** One GPU of this machine, now. */
export interface Gpu {
  name: string;
  totalBytes: number;
  usedBytes: number;
  /** 0..1; `null` where the driver does not tell. */
  utilization: number | null;
}

// Where drivers put it. The job's own PATH is the project's and names no program of ours.
const FOLDERS = "/usr/bin:/usr/local/bin:/usr/local/nvidia/bin:/usr/lib/wsl/lib:/bin";
const QUERY = ["--query-gpu=name,memory.total,memory.used,utilization.gpu", "--format=csv,noheader,nounits"];

/** What `nvidia-smi` says; none where there is no such program, or it does not answer in time. */
export function gpus(folders = FOLDERS): Promise<Gpu[]> {
  const env =
    process.platform === "win32" ? { SystemRoot: process.env.SystemRoot } : { PATH: folders, LC_ALL: "C" };
  return new Promise((resolve) => {
    execFile("nvidia-smi", QUERY, { env, timeout: 10_000 }, (error, stdout) =>
      resolve(error === null ? readGpus(stdout) : []),
    );
  });
}

/** Reads the table of `nvidia-smi`: a name, MiB, MiB, percent. */
export function readGpus(text: string): Gpu[] {
  return text.split("\n").flatMap((line) => {
    // From the right: a name may have commas.
    const [, name, total, used, percent] = /^(.+), *(\d+), *(\d+), *(\d+|\[.*\])\s*$/.exec(line) ?? [];
    if (name === undefined) return [];
    const utilization = Number(percent) / 100;
    return [
      {
        name: name.trim(),
        totalBytes: Number(total) * 2 ** 20,
        usedBytes: Number(used) * 2 ** 20,
        utilization: Number.isNaN(utilization) ? null : utilization,
      },
    ];
  });
}
