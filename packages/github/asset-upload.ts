import { stat } from "node:fs/promises";
import { UserError } from "@mlops-actions/core";
import type { Asset } from "@mlops-actions/registry";
import { assetOf, githubAsset } from "./asset.ts";
import { failureOf, UnexpectedAnswer } from "./failure.ts";
import { deadlineOf } from "./fetch.ts";
import { fileDigest } from "./file-digest.ts";
import { fileUpload } from "./file-upload.ts";
import type { Client } from "./octokit.ts";

const MAX_ASSET_BYTES = 2 * 1024 ** 3 - 1;
const TRIES = 3;
const LOOKS_MS = [500, 2_000, 5_000];

interface Upload {
  octokit: Client;
  /** As the release says it, with its template. */
  url: string;
  file: { name: string; path: string; size: number };
  /** The asset of this name, if the release has one. */
  there: () => Promise<Asset | undefined>;
  remove: (asset: string) => Promise<unknown>;
}

/**
 * Sends one file from disk, never held in memory as a whole. What became of a lost answer is read back: our bytes are done, what broke
 * off is removed and sent again.
 * @throws UserError `asset-empty`, `asset-too-large`, `file-changed`, `asset-taken` (other bytes are there), `upload-refused`
 */
export async function uploadAsset({ octokit, url, file, there, remove }: Upload): Promise<Asset> {
  const target = uploadTarget(url, file.name, octokit.request.endpoint.DEFAULTS.baseUrl);
  if (file.size === 0)
    throw new UserError("asset-empty", `\`${file.name}\` is empty`, {
      remedy: "GitHub takes no empty files: leave it out, or write something into it",
    });
  if (file.size > MAX_ASSET_BYTES)
    throw new UserError("asset-too-large", `\`${file.name}\` has ${file.size} bytes`, {
      remedy: "GitHub takes less than 2 GiB a file: split it",
    });
  // Where GitHub computes no digest, whoever publishes checks the bytes.
  const isOurs = async ({ size, sha256 }: Asset) =>
    size === file.size && (sha256 === null || sha256 === (await fileDigest(file.path)));

  for (let attempt = 1; ; attempt++) {
    try {
      return await sendBytes(octokit, target, file);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "refused" && failure.status !== 422) throw error;
      const isKnown = failure.kind === "refused";
      const found = await look(octokit, there, isKnown);
      if (found === undefined) {
        if (isKnown || attempt === TRIES) throw error;
        continue;
      }
      if (found.state === "uploaded") {
        if (await isOurs(found)) return found;
        throw taken(file.name);
      }
      if (attempt === TRIES) throw error;
      await remove(found.id);
    }
  }
}

async function sendBytes(octokit: Client, url: string, file: Upload["file"]): Promise<Asset> {
  const { size } = await stat(file.path);
  if (size !== file.size)
    throw new UserError("file-changed", `\`${file.name}\` has ${size} bytes now, not ${file.size}`, {
      remedy: "run this again, and leave the files alone meanwhile",
    });
  const { data } = await octokit.request({
    method: "POST",
    url,
    headers: { "content-type": "application/octet-stream", accept: "application/vnd.github+json" },
    request: { fetch: fileUpload(file, { ...octokit.patience, deadlineMs: deadlineOf(size) }) },
  });
  const answer = githubAsset.safeParse(data);
  if (!answer.success)
    throw new UnexpectedAnswer(`GitHub's answer to the upload of ${file.name} is no asset`);
  const asset = assetOf(answer.data);
  if (asset.state !== "uploaded" || asset.size !== file.size)
    throw new UnexpectedAnswer(`GitHub has ${asset.size} bytes of ${file.name} (${answer.data.state})`);
  return asset;
}

async function look(octokit: Client, there: Upload["there"], isKnown: boolean): Promise<Asset | undefined> {
  if (isKnown) return there();
  for (const pause of LOOKS_MS) {
    await octokit.wait(pause);
    const found = await there();
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The address with its template filled in: of GitHub's own host for uploads, and encrypted, unless this is a server on this machine.
 * @throws UserError `upload-refused`
 */
export function uploadTarget(template: string, name: string, apiUrl: string): string {
  const api = new URL(apiUrl);
  const target = URL.canParse(template.replace(/\{[^}]*\}$/, ""))
    ? new URL(template.replace(/\{[^}]*\}$/, ""))
    : undefined;
  const isLoopback =
    api.protocol === "http:" && /^(127\.0\.0\.1|\[::1\]|(.+\.)?localhost)$/.test(api.hostname);
  const hosts = isLoopback ? [api.host] : [api.host, `uploads.${api.host.replace(/^api\./, "")}`];
  if (
    target === undefined ||
    !hosts.includes(target.host) ||
    target.protocol !== (isLoopback ? "http:" : "https:") ||
    target.username !== ""
  )
    throw new UserError(
      "upload-refused",
      `GitHub names \`${template.slice(0, 200)}\` as the place for uploads`,
      {
        remedy: `the token is sent to ${hosts.join(" and ")} only: check GITHUB_API_URL`,
      },
    );
  target.search = new URLSearchParams({ name }).toString();
  return target.href;
}

function taken(name: string): UserError {
  return new UserError("asset-taken", `The release has other bytes under the name \`${name}\``, {
    remedy: "nothing is replaced: remove the asset from the draft, or register the model as a new version",
  });
}
