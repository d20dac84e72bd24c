import { account } from "./account.ts";
import { type Box, nodeId, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import type { Token } from "./token.ts";

export interface Asset {
  id: number;
  name: string;
  label: string | null;
  contentType: string;
  size: number;
  /** `sha256:` and hexadecimal digits; null for what never arrived. */
  digest: string | null;
  /** `starter`: an upload that broke off. */
  state: "uploaded" | "starter";
  downloads: number;
  uploader: Token;
  createdAt: string;
  /** Where the bytes lie. */
  blob: string;
}

export interface Release {
  id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  /** GitHub's `make_latest`. */
  latest: "true" | "false" | "legacy";
  author: Token;
  createdAt: string;
  /** The same to the millisecond, for lists that lag. */
  madeMs: number;
  publishedAt: string | null;
  assets: Asset[];
}

export function shownRelease(box: Box, release: Release) {
  const url = `${repositoryUrl(box)}/releases/${release.id}`;
  const place = release.draft ? `untagged-${nodeId("Release", release.id)}` : release.tag;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${box.url}/uploads${repositoryPath(box)}/releases/${release.id}/assets{?name,label}`,
    html_url: pageUrl(box, `releases/tag/${place}`),
    id: release.id,
    node_id: nodeId("Release", release.id),
    author: account(box, release.author),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: false,
    created_at: release.createdAt,
    updated_at: release.publishedAt ?? release.createdAt,
    published_at: release.publishedAt,
    tarball_url: release.draft ? null : `${repositoryUrl(box)}/tarball/${release.tag}`,
    zipball_url: release.draft ? null : `${repositoryUrl(box)}/zipball/${release.tag}`,
    assets: release.assets.map((asset) => shownAsset(box, release, asset)),
  };
}

export function shownAsset(box: Box, release: Release, asset: Asset) {
  return {
    url: `${repositoryUrl(box)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId("ReleaseAsset", asset.id),
    name: asset.name,
    label: asset.label,
    uploader: account(box, asset.uploader),
    content_type: asset.contentType,
    state: asset.state,
    size: asset.size,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.createdAt,
    browser_download_url: `${box.url}/${box.settings.owner}/${box.settings.repo}/releases/download/${encodeURIComponent(release.tag)}/${asset.name}`,
  };
}
