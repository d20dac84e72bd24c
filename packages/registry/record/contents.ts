import type { Asset } from "../releases.ts";
import type { Claim, Listed } from "../tag/message.ts";
import { MANIFEST_FILE, type Recorded } from "./record.ts";

/** A file of a version, and the assets that hold it: itself, or its parts in order. */
export interface Held {
  file: Listed;
  assets: readonly Listed[];
}

/** Every file of a version by what record and tag say of it. */
export function contents(
  { manifest, bytes, sha256 }: Recorded,
  { beside, parts }: Pick<Claim, "beside" | "parts">,
): Held[] {
  const files: Listed[] = [
    { name: MANIFEST_FILE, size: bytes.length, sha256 },
    ...manifest.files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
    ...beside,
  ];
  return files.map((file) => {
    const own = parts.filter(({ name }) => isPartName(name) && name.replace(PART, "") === file.name);
    return { file, assets: own.length > 0 ? own : [file] };
  });
}

/** What a part of a file is called. */
export function partName(file: string, index: number): string {
  return `${file}.part-${String(index + 1).padStart(3, "0")}`;
}

const PART = /\.part-\d{3,}$/;

export function isPartName(name: string): boolean {
  return PART.test(name);
}

/** What is wrong with an asset: said of its name. */
export interface Difference {
  name: string;
  what: string;
}

/** How the assets of a release differ from what is wanted, as far as the server says. */
export function differences(wanted: readonly Listed[], assets: readonly Asset[]): Difference[] {
  const names = new Set(wanted.map(({ name }) => name));
  const extra = assets
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({ name, what: "is in the release, but the tag does not list it" }));
  return [...wanted.flatMap((file) => difference(file, assets) ?? []), ...extra];
}

function difference({ name, size, sha256 }: Listed, assets: readonly Asset[]): Difference | undefined {
  const asset = assets.find((found) => found.name === name);
  if (asset === undefined) return { name, what: "is missing" };
  if (asset.state !== "uploaded") return { name, what: "is an upload that broke off" };
  if (asset.size !== size) return { name, what: `has ${asset.size} bytes instead of ${size}` };
  if (asset.sha256 !== null && asset.sha256 !== sha256)
    return { name, what: `has other bytes: sha256 ${asset.sha256} instead of ${sha256}` };
  return undefined;
}
