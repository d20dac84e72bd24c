import { join } from "node:path";
import { command } from "./command.ts";
import type { Source } from "./source.ts";

const PACKAGES = {
  act: "github.com/nektos/act@v0.2.89",
  actionlint: "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
};

/** Built from source; Go compares what it downloads with its checksum database. */
export const go: Source = {
  name: "Go",
  pins: Object.values(PACKAGES),
  programs: Object.keys(PACKAGES),
  async install(folder) {
    // One after the other: `go install` takes several packages only of one module.
    for (const pinned of Object.values(PACKAGES))
      await command("go", ["install", "-trimpath", pinned], { env: { GOBIN: folder } });
    return Object.fromEntries(Object.keys(PACKAGES).map((name) => [name, { path: join(folder, name) }]));
  },
};
