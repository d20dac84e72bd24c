import { createHash } from "node:crypto";
import { parseTagName } from "../../packages/registry/tag/name.ts";
import type { Memory } from "./memory.ts";

/** Everything that is wrong with what a registry holds. */
export function faults({ tags, stored, bytes, records }: Memory): string[] {
  const wrong: string[] = [];
  const releases = [...stored.values()];
  const published = releases.filter(({ draft }) => !draft);
  for (const { tag, title } of releases.filter(({ draft }) => draft))
    wrong.push(`draft ${title} of ${tag} is left`);
  const byRecord = new Map<string, string[]>();
  for (const [name, tag] of tags) {
    const meaning = parseTagName(name);
    if (tag === "lightweight" || meaning?.kind !== "version") continue;
    const own = published.filter((release) => release.tag === name);
    const isWithdrawn = tags.has(`${name}!`);
    if (own.length > 1) wrong.push(`${name} is published ${own.length} times`);
    if (own.length === 0 && !isWithdrawn) wrong.push(`${name} is neither published nor withdrawn`);
    if (own.length > 0 && !isWithdrawn) byRecord.set(tag.target, [...(byRecord.get(tag.target) ?? []), name]);
    const manifest = Buffer.from(records.get(tag.target)?.get("manifest.json") ?? "").toString();
    for (const release of own) {
      const digests = new Map(
        release.assets.map(({ id, name }) => [
          name,
          createHash("sha256")
            .update(bytes.get(id) ?? "")
            .digest("hex"),
        ]),
      );
      const wanted = [
        ...(JSON.parse(manifest).files as { name: string; sha256: string }[]).map(({ name, sha256 }) => [
          name,
          sha256,
        ]),
        ...[...tag.message.matchAll(/^Asset: (\S+) \d+ (\S+)$/gm)].map(([, sha256, asset]) => [
          asset,
          sha256,
        ]),
        ["manifest.json", createHash("sha256").update(manifest).digest("hex")],
      ] as [string, string][];
      for (const [asset, sha256] of wanted)
        if (digests.get(asset) !== sha256) wrong.push(`${asset} of ${name} is not what the tag says`);
      if (digests.size !== wanted.length)
        wrong.push(`${name} has ${digests.size} assets instead of ${wanted.length}`);
    }
  }
  for (const [record, names] of byRecord)
    if (names.length > 1) wrong.push(`record ${record.slice(0, 7)} is ${names.join(" and ")}`);
  for (const release of published)
    if (!tags.has(release.tag)) wrong.push(`${release.tag} is published without a tag`);
  return wrong;
}

/** Tags of one model that bear the same second. Two that are made at the very same time may; one after the other never. */
export function sameSecond({ tags }: Memory): string[] {
  const names = new Map<string, string[]>();
  for (const [name, tag] of tags) {
    const second = `${parseTagName(name)?.model} ${tag === "lightweight" ? "" : tag.tagger.date}`;
    names.set(second, [...(names.get(second) ?? []), name]);
  }
  return [...names.values()].filter(({ length }) => length > 1).map((same) => same.join(" and "));
}
