import { newBlob, signedUrl } from "./blobs.ts";
import type { App, Box } from "./box.ts";
import type { CacheEntry } from "./cache-store.ts";
import { TwirpError, twirp } from "./twirp.ts";

/** The cache service, version 2, as `@actions/cache` calls it. Scopes by branch are not told apart. */
export function cacheService(app: App, box: Box): void {
  const all = box.caches;

  twirp(app, "CacheService", {
    CreateCacheEntry(request) {
      const [key, version] = [String(request.key), String(request.version)];
      if (key.length > 512)
        throw new TwirpError(400, "invalid_argument", "key is longer than 512 characters");
      const taken = [...all.values()].some((entry) => entry.key === key && entry.version === version);
      if (taken) throw new TwirpError(409, "already_exists", "cache entry already exists");
      const entry: CacheEntry = {
        id: box.nextId(),
        key,
        version,
        size: 0,
        finalized: false,
        blob: newBlob(box),
      };
      all.set(entry.id, entry);
      return { ok: true, signed_upload_url: signedUrl(box, entry.blob) };
    },

    FinalizeCacheEntryUpload(request) {
      const entry = [...all.values()].find(
        ({ key, version, finalized }) => !finalized && key === request.key && version === request.version,
      );
      if (entry === undefined) throw new TwirpError(404, "not_found", "cache entry not found");
      entry.size = Number(request.size_bytes ?? 0);
      entry.finalized = true;
      return { ok: true, entry_id: String(entry.id) };
    },

    GetCacheEntryDownloadURL(request) {
      const usable = [...all.values()]
        .filter(({ version, finalized }) => finalized && version === request.version)
        .reverse();
      const exact = usable.find(({ key }) => key === request.key);
      const prefixes = [String(request.key), ...((request.restore_keys ?? []) as string[])];
      const found =
        exact ?? prefixes.map((prefix) => usable.find(({ key }) => key.startsWith(prefix))).find(Boolean);
      if (found === undefined) return { ok: false, signed_download_url: "", matched_key: "" };
      return { ok: true, signed_download_url: signedUrl(box, found.blob), matched_key: found.key };
    },
  });
}
