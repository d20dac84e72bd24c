import { mayRead, mayWrite } from "./access.ts";
import { bodyOf, text } from "./body.ts";
import { type App, type Box, nodeId, repositoryPath, repositoryUrl } from "./box.ts";
import { notFound } from "./refusal.ts";

/** `git/blobs`. */
export function gitBlobs(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/git/blobs`;

  app.get(`${at}/:sha`, async (c) => {
    mayRead(c, box, "contents");
    const sha = c.req.param("sha");
    const found = /^[0-9a-f]{40}$/.test(sha) ? await box.objects.read(sha) : undefined;
    if (found?.type !== "blob") throw notFound();
    const bytes = found.bytes;
    if (isRaw(c.req.header("accept"))) return c.body(new Uint8Array(bytes));
    return c.json({
      sha,
      node_id: nodeId("Blob", sha),
      size: bytes.length,
      url: `${repositoryUrl(box)}/git/blobs/${sha}`,
      content: base64(bytes),
      encoding: "base64",
    });
  });

  app.post(at, async (c) => {
    mayWrite(c, "contents");
    const body = await bodyOf(c);
    const encoding = body.encoding === "base64" ? "base64" : "utf8";
    const input = Buffer.from(text(body, "content"), encoding);
    const sha = await box.objects.write("blob", input);
    return c.json({ sha, url: `${repositoryUrl(box)}/git/blobs/${sha}` }, 201);
  });
}

/** GitHub breaks its base64 into lines of 60 characters. */
export function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll(/.{60}/g, "$&\n");
}

/** Whether the caller asked for the bytes themselves. */
export function isRaw(accept: string | undefined): boolean {
  return /application\/vnd\.github(\.v3)?\.raw/.test(accept ?? "");
}
