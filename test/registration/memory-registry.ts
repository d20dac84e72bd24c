import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Version } from "@mlops-actions/core";
import { type Registry, sha256 } from "./scene.ts";

export function memoryRegistry(): Registry {
  const versions: (Version & { paths: Map<string, string> })[] = [];
  return {
    async resolve(_model, which) {
      const version =
        "version" in which ? versions.find(({ number }) => number === which.version) : versions.at(-1);
      return version && { version, how: "exact", since: version.registered };
    },
    async download(version, names, into) {
      const { paths } = versions.find(({ number }) => number === version.number) ?? {
        paths: new Map<string, string>(),
      };
      const found = new Map<string, string>();
      for (const name of names) {
        await copyFile(paths.get(name) ?? "", join(into, name));
        found.set(name, join(into, name));
      }
      return found;
    },
    async publish({ manifest, files, bump }) {
      const same = versions.find((one) => JSON.stringify(one.manifest) === JSON.stringify(manifest));
      if (same) return { version: same, how: "unchanged" };
      const [major = 1, minor = 0, patch = 0] = (versions.at(-1)?.number ?? "1.0.0").split(".").map(Number);
      const next = {
        major: [major + 1, 0, 0],
        minor: [major, minor + 1, 0],
        patch: [major, minor, patch + 1],
      }[bump];
      const number = versions.length === 0 ? "1.0.0" : next.join(".");
      const version = {
        model: manifest.model,
        number,
        tag: `${manifest.model}@v${number}`,
        record: sha256(JSON.stringify(manifest)).slice(0, 40),
        manifest,
        state: "published" as const,
        registered: "2026-01-02T00:00:00Z",
        assets: files.map(({ name, size, digest }) => ({ name, size, sha256: digest.sha256 })),
        paths: new Map(files.map(({ name, path }) => [name, path])),
      };
      versions.push(version);
      return { version, how: "published" };
    },
  };
}
