import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { folderReleases, gitRefs } from "@mlops-actions/git";
import { scratchRepository } from "@mlops-actions/git/scratch-repository";
import { type Registry, type RegistryOptions, registry } from "@mlops-actions/registry";
import { candidate } from "./candidate.ts";

/** A registry in a real repository and a folder, whose clock moves a minute with every look. */
export async function scene(options: Partial<RegistryOptions> = {}) {
  const repository = await scratchRepository();
  await repository.commit({ "README.md": "a project\n" });
  const releases = join(repository.into, "releases");
  let minutes = 0;
  let keys = 0;
  const now = () => new Date(Date.UTC(2026, 2, 1, 9, minutes++));
  const pair = {
    refs: gitRefs({ root: repository.root, tagger: { name: "Ada", email: "ada@example.org" } }),
    releases: folderReleases(releases, now),
  };
  const opened: Registry = registry({
    ...pair,
    now,
    key: () => `key-${++keys}`,
    scratch: join(repository.into, "scratch"),
    ...options,
  });
  const publish = async (of: Parameters<typeof candidate>[1] = {}) =>
    opened.publish(await candidate(repository.into, of));
  /** Git as its user runs it. */
  const git = (...args: string[]) =>
    execFileSync(
      "git",
      ["-C", repository.root, "-c", "user.name=Eve", "-c", "user.email=eve@example.org", ...args],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    ).trim();
  return { ...pair, repository, folder: releases, registry: opened, publish, git, into: repository.into };
}

export type Scene = Awaited<ReturnType<typeof scene>>;
