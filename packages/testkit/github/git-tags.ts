import { mayRead, mayWrite } from "./access.ts";
import { type Body, bodyOf, text } from "./body.ts";
import { type App, type Box, nodeId, repositoryPath, repositoryUrl } from "./box.ts";
import { halves, signature, UNSIGNED } from "./commit.ts";
import { person, seconds } from "./git-commits.ts";
import { notFound, Refusal } from "./refusal.ts";

/** `git/tags`: annotated tag objects; a reference makes them visible. */
export function gitTags(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/git/tags`;

  app.get(`${at}/:sha`, async (c) => {
    mayRead(c, box, "contents");
    return c.json(await readTag(box, c.req.param("sha")));
  });

  app.post(at, async (c) => {
    const who = mayWrite(c, "contents");
    const body = await bodyOf(c);
    const object = text(body, "object");
    const type = text(body, "type");
    const actual = /^[0-9a-f]{40}$/.test(object) ? await box.objects.find(object) : undefined;
    if (actual?.type !== type) throw new Refusal(422, "Object does not exist or has another type");
    const { name, email, date } = person(body.tagger as Body | undefined, who);
    const message = text(body, "message");
    const lines = [`object ${object}`, `type ${type}`, `tag ${text(body, "tag")}`];
    const tagger = `tagger ${name} <${email}> ${seconds(date)} +0000`;
    const input = `${[...lines, tagger].join("\n")}\n\n${message}`;
    const sha = await box.objects.write("tag", Buffer.from(input));
    return c.json(await readTag(box, sha), 201);
  });
}

async function readTag(box: Box, sha: string) {
  const found = /^[0-9a-f]{40}$/.test(sha) ? await box.objects.read(sha) : undefined;
  if (found?.type !== "tag") throw notFound();
  const [head, message] = halves(found.bytes.toString());
  const field = (name: string) =>
    head
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1) ?? "";
  return {
    node_id: nodeId("Tag", sha),
    tag: field("tag"),
    sha,
    url: `${repositoryUrl(box)}/git/tags/${sha}`,
    message,
    tagger: signature(field("tagger")),
    object: {
      sha: field("object"),
      type: field("type"),
      url: `${repositoryUrl(box)}/git/${field("type")}s/${field("object")}`,
    },
    verification: UNSIGNED,
  };
}
