import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { patiently } from "./ask.ts";
import { UnexpectedAnswer } from "./failure.ts";
import { deadlineOf, hurriedFetch } from "./fetch.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";

/**
 * Writes an asset's bytes to a new file. They lie on another host, which is not told the token.
 * @throws Error when the file is there; what Octokit throws otherwise
 */
export async function downloadAsset(options: {
  octokit: Client;
  repo: Repository;
  asset: { id: string; name: string; size: number };
  into: string;
}): Promise<void> {
  const { octokit, repo, asset, into } = options;
  const route = "GET /repos/{owner}/{repo}/releases/assets/{asset_id}";
  const parameters = { ...repo, asset_id: asset.id, headers: { accept: "application/octet-stream" } };
  await downloadBytes(octokit, { route, parameters, size: asset.size, into });
}

/**
 * Asks GitHub for bytes and follows its one redirect without the token; a file that is not whole is not left behind.
 * @param wanted.size exactly so many bytes; `atMost` where GitHub does not know them exactly
 */
export async function downloadBytes(
  octokit: Client,
  wanted: {
    route: string;
    parameters: Record<string, unknown>;
    size: number;
    atMost?: boolean;
    into: string;
  },
): Promise<void> {
  const { route, parameters, size, into } = wanted;
  const ask = hurriedFetch({ ...octokit.patience, deadlineMs: deadlineOf(size) });
  await patiently(octokit, async () => {
    const { status, headers, data } = await octokit.request(route, {
      ...parameters,
      request: { fetch: ask, redirect: "manual", parseSuccessResponseBody: false },
    });
    let body = data as ReadableStream<Uint8Array> | null;
    if (status >= 300) {
      await body?.cancel();
      body = await follow(ask, headers.location, octokit.request.endpoint.DEFAULTS.baseUrl);
    }
    await write(body, into, size, wanted.atMost === true);
  });
}

async function follow(
  ask: typeof fetch,
  location: string | undefined,
  apiUrl: string,
): Promise<ReadableStream<Uint8Array> | null> {
  const target = URL.canParse(location ?? "") ? new URL(location ?? "") : undefined;
  if (target === undefined || (target.protocol !== "https:" && target.protocol !== new URL(apiUrl).protocol))
    throw new UnexpectedAnswer("GitHub sends the download to an address that is none, or not encrypted");
  const answer = await ask(target).catch(lost);
  if (answer.status === 200) return answer.body;
  await answer.body?.cancel();
  // These addresses hold for minutes: asked again, GitHub gives a new one.
  throw new UnexpectedAnswer(`${target.host} answered ${answer.status}`);
}

async function write(
  body: ReadableStream<Uint8Array> | null,
  into: string,
  size: number,
  atMost: boolean,
): Promise<void> {
  let written = 0;
  async function* counted() {
    for await (const part of body ?? []) {
      written += part.length;
      if (written > size) throw new UnexpectedAnswer(`more than the ${size} bytes that were promised`);
      yield part;
    }
  }
  const file = createWriteStream(into, { flags: "wx" });
  try {
    await pipeline(counted, file);
    if (written < size && !atMost) throw new UnexpectedAnswer(`${written} of ${size} bytes`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") await rm(into, { force: true });
    throw lostOr(error);
  }
}

function lost(error: unknown): never {
  throw lostOr(error);
}

// What `fetch` itself throws: a connection that ends, in the head of an answer or in its body. A full disk is not that.
function lostOr(error: unknown): unknown {
  if (error instanceof TypeError)
    return new UnexpectedAnswer(`the connection was lost: ${String(error.cause ?? error.message)}`);
  return error;
}
