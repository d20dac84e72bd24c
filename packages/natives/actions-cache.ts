/** A cache that other machines can write to: whatever comes out of it is verified again. */
export interface SharedCache {
  /** Puts the entry back into `folder`; `false` where there is none. */
  restore(folder: string, key: string): Promise<boolean>;
  save(folder: string, key: string): Promise<void>;
}

/** GitHub's cache of this repository. Its trouble is never ours: without it the library is fetched. */
export function actionsCache(): SharedCache {
  return {
    async restore(folder, key) {
      const cache = await import("@actions/cache");
      return (await cache.restoreCache([folder], `mlops-natives-${key}`)) !== undefined;
    },
    async save(folder, key) {
      const cache = await import("@actions/cache");
      await cache.saveCache([folder], `mlops-natives-${key}`);
    },
  };
}
