import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { folderReleases, gitRefs } from "@mlops-actions/git";
import { registry } from "@mlops-actions/registry";
import { readVersion } from "../../packages/registry/read/version.ts";
import type { Registry } from "./scene.ts";

const TAGGER = { name: "Ada", email: "ada@example.org" };

/** The registry in a plain repository and a folder. */
export async function plainRegistry(within: string): Promise<Registry> {
  const [root, scratch] = [join(within, "registry"), join(within, "scratch")];
  await mkdir(scratch, { recursive: true });
  execFileSync("git", ["init", "--quiet", root]);
  const refs = gitRefs({ root, tagger: TAGGER });
  let time = Date.parse("2026-01-02T00:00:00Z");
  const now = () => {
    time += 1000;
    return new Date(time);
  };
  const releases = folderReleases(join(within, "releases"), now);
  return {
    ...registry({ refs, releases, now, key: randomUUID, scratch }),
    async resolve(model, which) {
      const numbers = (await refs.list(`${model}@v`)).map(({ name }) => name.slice(model.length + 2)).sort();
      const read = await readVersion(
        { refs, releases },
        model,
        "version" in which ? which.version : (numbers.at(-1) ?? "0.0.0"),
      );
      return read && { version: read.version, how: "exact", since: read.version.registered };
    },
    async download({ tag }, names, into) {
      const release = await releases.ofTag(tag);
      const found = new Map<string, string>();
      for (const asset of release?.assets.filter(({ name }) => names.includes(name)) ?? []) {
        await releases.download(asset, join(into, asset.name));
        found.set(asset.name, join(into, asset.name));
      }
      return found;
    },
  };
}
