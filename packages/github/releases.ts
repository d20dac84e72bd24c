import { UserError } from "@mlops-actions/core";
import type { Release, Releases } from "@mlops-actions/registry";
import { z } from "zod";
import { ask, askAll, patiently, send } from "./ask.ts";
import { assetOf, githubAsset } from "./asset.ts";
import { downloadAsset } from "./asset-download.ts";
import { uploadAsset } from "./asset-upload.ts";
import { UnexpectedAnswer } from "./failure.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { settle } from "./settle.ts";
import { orMissing, told } from "./told.ts";

const githubRelease = z.object({
  id: z.int(),
  tag_name: z.string(),
  name: z.string().nullish(),
  body: z.string().nullish(),
  draft: z.boolean(),
  created_at: z.string(),
  upload_url: z.string(),
  assets: z.array(githubAsset),
});

const RELEASE = "/repos/{owner}/{repo}/releases/{release_id}";

/**
 * GitHub Releases. Drafts are found by id or in the list, never by tag: many may name one.
 * @throws UserError `github-refused`, `github-unreachable` (`told.ts`), and what uploading and downloading throw
 */
export function githubReleases({ octokit, repo }: { octokit: Client; repo: Repository }): Releases {
  // Where the bytes of each release go: GitHub says so with the release.
  const uploadUrls = new Map<string, string>();
  const seen = (answer: z.infer<typeof githubRelease>): Release => {
    uploadUrls.set(String(answer.id), answer.upload_url);
    return {
      id: String(answer.id),
      tag: answer.tag_name,
      title: answer.name ?? "",
      body: answer.body ?? "",
      draft: answer.draft,
      created: answer.created_at,
      assets: answer.assets.map(assetOf),
    };
  };
  const list = async () =>
    (await askAll(octokit, githubRelease, "GET /repos/{owner}/{repo}/releases", { ...repo })).map(seen);
  const get = async (id: string) => {
    const found = await orMissing(ask(octokit, githubRelease, `GET ${RELEASE}`, { ...repo, release_id: id }));
    return found === undefined ? undefined : seen(found);
  };
  const patch = async (id: string, change: object) =>
    seen(await send(octokit, githubRelease, `PATCH ${RELEASE}`, { ...repo, release_id: id, ...change }));
  const uploadUrl = async (id: string) => {
    if (!uploadUrls.has(id)) await get(id);
    return uploadUrls.get(id);
  };
  // What is gone already is removed.
  const remove = (route: string, parameters: object) =>
    orMissing(patiently(octokit, () => send(octokit, z.unknown(), route, { ...repo, ...parameters })));
  const removeAsset = (asset: string) =>
    remove("DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}", { asset_id: asset });

  return {
    list: () => told("list the releases", list),

    ofTag: (tag) =>
      told(`find the release of \`${tag}\``, async () => {
        const route = "GET /repos/{owner}/{repo}/releases/tags/{tag}";
        const found = await orMissing(ask(octokit, githubRelease, route, { ...repo, tag }));
        return found === undefined || found.draft ? undefined : seen(found);
      }),

    get: (id) => told(`read release ${id}`, () => get(id)),

    draft: ({ tag, title, body }) =>
      told(`draft a release for \`${tag}\``, () =>
        settle(
          octokit,
          async () => {
            const given = { tag_name: tag, name: title, body, draft: true, make_latest: "false" };
            return seen(
              await send(octokit, githubRelease, "POST /repos/{owner}/{repo}/releases", {
                ...repo,
                ...given,
              }),
            );
          },
          async () =>
            (await list()).find(
              (release) => release.draft && release.tag === tag && isSame(release.body, body),
            ),
        ),
      ),

    upload: (id, file) =>
      told(`take \`${file.name}\``, async () => {
        const url = await uploadUrl(id);
        if (url === undefined) throw gone(id);
        return uploadAsset({
          octokit,
          url,
          file,
          there: async () => {
            const route = `GET ${RELEASE}/assets`;
            const assets = await askAll(octokit, githubAsset, route, { ...repo, release_id: id });
            return assets.map(assetOf).find(({ name }) => name === file.name);
          },
          remove: removeAsset,
        });
      }),

    removeAsset: (_id, asset) =>
      told(`remove asset ${asset}`, async () => {
        await removeAsset(asset);
      }),

    rename: (id, { tag, title, body }) =>
      // Written twice it is the same.
      told(`rename release ${id}`, () =>
        patiently(octokit, async () => {
          const renamed = await patch(id, { tag_name: tag, name: title, body });
          if (renamed.tag !== tag || !isSame(renamed.body, body))
            throw new UnexpectedAnswer(`GitHub kept the old text of release ${id}`);
          return renamed;
        }),
      ),

    publish: (id) =>
      told(`publish release ${id}`, () =>
        settle(
          octokit,
          async () => {
            const published = await patch(id, { draft: false, make_latest: "false" });
            if (published.draft) throw new UnexpectedAnswer(`release ${id} is still a draft`);
            return published;
          },
          async () => {
            const found = await get(id);
            return found?.draft === false ? found : undefined;
          },
        ),
      ),

    remove: (id) =>
      told(`remove draft ${id}`, async () => {
        const found = await get(id);
        if (found === undefined) return;
        if (!found.draft) throw new Error(`release ${id} is published: a registry removes nothing`);
        await remove(`DELETE ${RELEASE}`, { release_id: id });
      }),

    download: (asset, into) =>
      told(`send \`${asset.name}\``, () => downloadAsset({ octokit, repo, asset, into })),
  };
}

function isSame(a: string, b: string): boolean {
  return a.replaceAll("\r\n", "\n").trimEnd() === b.replaceAll("\r\n", "\n").trimEnd();
}

function gone(id: string): UserError {
  return new UserError("release-gone", `Release ${id} is not there any more`, {
    remedy: "run this again",
  });
}
