import { UserError } from "@mlops-actions/core";

/** Where a candidate lies: an artifact of this run under the digest of its evidence, or a folder of this job. */
export type Candidate = { kind: "artifact"; name: string; digest: string } | { kind: "folder"; path: string };

/** @throws UserError `input` for a digest that is none */
export function readCandidate(text: string): Candidate {
  const match = /^(.+)@sha256:(.*)$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return { kind: "folder", path: text };
  const [, name, digest] = match;
  if (/^[0-9a-f]{64}$/.test(digest)) return { kind: "artifact", name, digest };
  throw new UserError(
    "input",
    `The input \`candidate\` ends in \`${digest.slice(0, 80)}\`, which is no SHA-256`,
    {
      remedy: "pass on what the training has put out, unchanged: `needs.train.outputs.candidate`",
    },
  );
}
