import type { Token } from "./token.ts";

export interface Asset {
  id: number;
  name: string;
  label: string | null;
  contentType: string;
  size: number;
  /** `sha256:` and hexadecimal digits. */
  digest: string;
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
  publishedAt: string | null;
  assets: Asset[];
}
