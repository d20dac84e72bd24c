import type { Asset } from "@mlops-actions/registry";
import { z } from "zod";

/** As GitHub answers; a digest is absent on servers that compute none. */
export const githubAsset = z.object({
  id: z.int(),
  name: z.string(),
  size: z.int().nonnegative(),
  state: z.string(),
  digest: z.string().nullish(),
});
/** Ours of GitHub's. Whatever is not wholly there counts as broken off. */
export function assetOf({ id, name, size, state, digest }: z.infer<typeof githubAsset>): Asset {
  const sha256 = /^sha256:([0-9a-f]{64})$/i.exec(digest ?? "")?.[1]?.toLowerCase() ?? null;
  return { id: String(id), name, size, sha256, state: state === "uploaded" ? "uploaded" : "starter" };
}
