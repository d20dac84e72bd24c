import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { folderReleases, gitRefs } from "@mlops-actions/git";
import { registry } from "@mlops-actions/registry";
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
  return registry({ refs, releases, now, key: randomUUID, scratch });
}
