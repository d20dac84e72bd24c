import { createHash } from "node:crypto";
import { z } from "zod";
import { type Platform, platformName } from "./platform.ts";

const locked = z.object({
  name: z.string().regex(/^(@[a-z0-9-]+\/)?[a-z0-9.-]+$/),
  version: z.string().regex(/^[0-9A-Za-z.+-]+$/),
  /** SHA-512 of the package's archive, as npm's lock file has it. */
  integrity: z.string().startsWith("sha512-"),
  /** SHA-256 over the names and digests of its files: what is checked before every load. */
  tree: z.string().regex(/^[0-9a-f]{64}$/),
  /** Files and folders (ending in `/`) that this platform does not need: they are not unpacked, not digested and never loaded. */
  omit: z.array(z.string()).optional(),
  /** The platforms it is for; absent for all. */
  os: z.string().optional(),
  cpu: z.string().optional(),
  libc: z.enum(["glibc", "musl"]).optional(),
});
/** One package as it is built into the bundle. */
export type LockedPackage = z.infer<typeof locked>;

/** All packages of one native library, once for each platform where it needs other files. The first is the one that is loaded. */
export const nativesLock = z.array(locked).min(2);
export type NativesLock = z.infer<typeof nativesLock>;

/** The packages that this platform needs; `undefined` where the library does not exist for it. */
export function packagesFor(lock: NativesLock, platform: Platform): LockedPackage[] | undefined {
  const isFor = ({ os, cpu, libc }: LockedPackage) =>
    os === platform.os && cpu === platform.cpu && (libc === undefined || libc === platform.libc);
  const native = lock.filter((one) => one.os !== undefined && isFor(one));
  return native.length === 0 ? undefined : [...lock.filter((one) => one.os === undefined), ...native];
}

/** The platforms that a library exists for. */
export function platformsOf(lock: NativesLock): Platform[] {
  return lock.flatMap(({ os, cpu, libc }) =>
    os === undefined || cpu === undefined ? [] : [{ os, cpu, libc: libc ?? null }],
  );
}

/** Whether a file of a package is none that its platform needs. */
export function isOmitted({ omit = [] }: Pick<LockedPackage, "omit">, path: string): boolean {
  return omit.some((one) => (one.endsWith("/") ? path.startsWith(one) : path === one));
}

/** A name that is different for every lock and platform: the key of caches. */
export function lockKey(packages: readonly LockedPackage[], platform: Platform): string {
  const trees = packages.map(({ name, version, tree }) => `${name}@${version} ${tree}\n`).sort();
  const digest = createHash("sha256").update(trees.join("")).digest("hex").slice(0, 16);
  return `${platformName(platform)}-${digest}`;
}
