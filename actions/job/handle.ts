import { UserError } from "@mlops-actions/core";

/** Where a candidate lies: in an artifact, of this run or of the run that has the artifact of this id, or in a folder of this job. */
export type Handle =
  | { kind: "artifact"; name: string; id: number | undefined; digest: string }
  | { kind: "folder"; path: string };

/**
 * `<artifact>@sha256:<digest>`, `<artifact>#<id>@sha256:<digest>`, or a folder. A name is anybody's to take; the digest is of the
 * training's evidence and comes by a job output, which no other job can write.
 * @throws UserError `input` for a digest that is none
 */
export function readHandle(text: string, input: "candidate" | "baseline"): Handle {
  const match = /^(.+)@sha256:(.*)$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return { kind: "folder", path: text };
  const [, artifact, digest] = match;
  const [, name, id] = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:#(\d{1,15}))?$/.exec(artifact) ?? [];
  if (name !== undefined && /^[0-9a-f]{64}$/.test(digest))
    return { kind: "artifact", name, id: id === undefined ? undefined : Number(id), digest };
  throw new UserError("input", `The input \`${input}\` is \`${text.slice(0, 120)}\``, {
    remedy: `pass on what the other job has put out, unchanged: \`needs.${input === "candidate" ? "train" : input}.outputs.${input}\``,
  });
}

/** The inverse of `readHandle`, for an artifact. */
export function printHandle({ name, id, digest }: { name: string; id?: number; digest: string }): string {
  return `${name}${id === undefined ? "" : `#${id}`}@sha256:${digest}`;
}
