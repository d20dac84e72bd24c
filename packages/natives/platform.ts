/** What a native library is built for. */
export interface Platform {
  os: string;
  cpu: string;
  /** Linux only: which C library programs are linked against. */
  libc: "glibc" | "musl" | null;
}

/** The platform of a process; `report` is Node's own, which names glibc's version where there is one. */
export function platformOf(process: {
  platform: string;
  arch: string;
  report?: { getReport(): object };
}): Platform {
  const { platform: os, arch: cpu } = process;
  if (os !== "linux") return { os, cpu, libc: null };
  const { header } = (process.report?.getReport() ?? {}) as { header?: { glibcVersionRuntime?: string } };
  return { os, cpu, libc: header?.glibcVersionRuntime === undefined ? "musl" : "glibc" };
}

export function platformName({ os, cpu, libc }: Platform): string {
  return libc === null ? `${os}-${cpu}` : `${os}-${cpu}-${libc}`;
}
