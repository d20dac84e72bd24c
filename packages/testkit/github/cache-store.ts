/** One cache entry. Never overwritten: the first one that was saved stays. */
export interface CacheEntry {
  id: number;
  key: string;
  /** Digest of the cached paths and the compression; entries of another version do not match. */
  version: string;
  size: number;
  finalized: boolean;
  blob: string;
}

export type CacheStore = Map<number, CacheEntry>;
