import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { registryContract } from "../registry/registry.contract.ts";
import { folderReleases } from "./folder-releases.ts";
import { gitRefs } from "./git-refs.ts";
import { scratchRepository } from "./scratch-repository.ts";

registryContract("in a plain repository and a folder", async () => {
  const repository = await scratchRepository();
  return {
    refs: gitRefs({ root: repository.root, tagger: { name: "Ada", email: "ada@example.org" } }),
    releases: folderReleases(join(repository.into, "releases"), () => new Date()),
    lightweightTag: async (name, commit) =>
      void execFileSync("git", ["-C", repository.root, "tag", name, commit]),
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  };
});
