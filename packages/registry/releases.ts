export interface Asset {
  id: string;
  name: string;
  size: number;
  /** As the server computed it; `null` where it does not say. */
  sha256: string | null;
  /** `starter`: an upload that broke off. */
  state: "uploaded" | "starter";
}

export interface Release {
  id: string;
  tag: string;
  title: string;
  body: string;
  draft: boolean;
  /** ISO 8601. */
  created: string;
  assets: readonly Asset[];
}

/** The Releases side of the registry: bytes beside a tag. Drafts are seen only by who may write. */
export interface Releases {
  /** All releases, newest first, drafts among them where this caller sees them. */
  list(): Promise<readonly Release[]>;
  /** The published release of a tag. */
  ofTag(tag: string): Promise<Release | undefined>;
  get(id: string): Promise<Release | undefined>;
  /** A draft. Several drafts may name one tag: keep the id. */
  draft(release: { tag: string; title: string; body: string }): Promise<Release>;
  /** @param file.path absolute; streamed, never held in memory as a whole */
  upload(id: string, file: { name: string; path: string; size: number }): Promise<Asset>;
  removeAsset(id: string, asset: string): Promise<void>;
  /** Of a draft: before it is published, its tag may still turn out to be another. */
  rename(id: string, to: { tag: string; title: string; body: string }): Promise<Release>;
  publish(id: string): Promise<Release>;
  /** Removes a draft. */
  remove(id: string): Promise<void>;
  /** Writes an asset's bytes to a new file; checking them is the caller's. */
  download(asset: Asset, into: string): Promise<void>;
}
