import type { Held } from "../record/contents.ts";
import { versionTag } from "../tag/name.ts";
import { type Marker, printMarker } from "./marker.ts";

/** Title and body of a version's release: what it is, and how to get and check it with `gh` and `git` alone. */
export function releaseNotes(marker: Marker, number: string, held: readonly Held[]) {
  const tag = versionTag(marker.model, number);
  const files = held.map(({ file, assets }) => {
    const pieces = assets.length > 1 ? ` (in ${assets.length} parts: join them in order)` : "";
    return `| \`${file.name}\`${pieces} | ${sized(file.size)} | \`${file.sha256}\` |`;
  });
  const body = [
    printMarker(marker),
    `A version of the model \`${marker.model}\`. Its tag names a record, the commit \`${marker.record.slice(0, 12)}\`, whose \`manifest.json\` says what the model is.`,
    ["| file | size | sha256 |", "|---|--:|---|", ...files].join("\n"),
    "Download and check it:",
    [
      "```sh",
      `gh release download '${tag}' --dir '${marker.model}'`,
      `git fetch origin tag '${tag}'`,
      `git show '${tag}:manifest.json' | cmp - '${marker.model}/manifest.json'`,
      `cd '${marker.model}' && jq -r '.files[] | .sha256 + "  " + .name' manifest.json | sha256sum --check`,
      "```",
    ].join("\n"),
    `or \`npx mlops-actions registry download '${marker.model}@${number}' into '${marker.model}'\`, which checks all of it.`,
  ].join("\n\n");
  return { tag, title: `${marker.model} ${number}`, body };
}

/** Bytes for people, in powers of ten. */
export function sized(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(2)} ${units[power]}`;
}
