import { bodyOf, text } from "./body.ts";
import { type App, accountId, nodeId } from "./box.ts";
import { Refusal } from "./refusal.ts";

/** Of GraphQL only who asks: the one question that an app's token may put there and not to the REST API. */
export function graphql(app: App): void {
  app.post("/graphql", async (c) => {
    const who = c.get("who");
    if (who === undefined) throw new Refusal(401, "This endpoint requires you to be authenticated.");
    const query = text(await bodyOf(c), "query");
    const asked = /^\s*(?:query\s*)?\{\s*viewer\s*\{([\w\s]+)\}\s*\}\s*$/.exec(query)?.[1];
    const id = accountId(who.login);
    const viewer: Record<string, unknown> = { login: who.login, databaseId: id, id: nodeId("User", id) };
    const fields = asked?.trim().split(/\s+/) ?? [];
    const unknown = fields.find((field) => viewer[field] === undefined);
    if (asked === undefined || unknown !== undefined)
      return c.json({
        errors: [{ type: "undefinedField", message: `GitHub in a box does not answer ${query}` }],
      });
    return c.json({ data: { viewer: Object.fromEntries(fields.map((field) => [field, viewer[field]])) } });
  });
}
