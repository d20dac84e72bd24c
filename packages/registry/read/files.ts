import { join } from "node:path";
import type { Files, Version } from "@mlops-actions/core";
import type { RegistryOptions } from "../options.ts";
import { digestOf } from "../record/digest.ts";
import { download } from "./download.ts";

/** The bytes of a version by their digests, each fetched when it is first asked for. */
export function filesOf(options: RegistryOptions, version: Version): Files {
  const known = new Map(
    [...version.manifest.files, ...version.assets].map(({ name, sha256 }) => [sha256, name] as const),
  );
  const fetched = new Map<string, Promise<string>>();
  const fetch = async (name: string): Promise<string> => {
    const into = join(options.scratch, "versions", version.record);
    const path = (await download(options, version, [name], into)).get(name);
    if (path === undefined) throw new Error(`${name} was downloaded and is not there`);
    return path;
  };
  return {
    async find({ digest: { sha256 } }) {
      const name = known.get(sha256);
      if (name === undefined) return undefined;
      const path = fetched.get(name) ?? fetch(name);
      fetched.set(name, path);
      return (await digestOf(await path)).sha256 === sha256 ? path : undefined;
    },
  };
}
