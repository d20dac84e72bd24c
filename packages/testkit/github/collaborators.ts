import { mayRead } from "./access.ts";
import { account } from "./account.ts";
import { type App, type Box, repositoryPath } from "./box.ts";
import { notFound } from "./refusal.ts";

/** What somebody may do in the repository: those with a token that can write may write. */
export function collaborators(app: App, box: Box): void {
  app.get(`${repositoryPath(box)}/collaborators/:login/permission`, (c) => {
    mayRead(c, box, "metadata", "contents");
    const login = c.req.param("login");
    const known = Object.values(box.settings.tokens).find((token) => token.login === login);
    if (known === undefined) throw notFound();
    const permission =
      login === box.settings.owner
        ? "admin"
        : known.permissions.contents === "write"
          ? "write"
          : box.settings.private
            ? "none"
            : "read";
    const can = { admin: permission === "admin", push: permission !== "read" && permission !== "none" };
    return c.json({
      permission,
      role_name: permission,
      user: {
        ...account(box, known),
        permissions: { ...can, pull: permission !== "none", maintain: can.admin, triage: can.push },
        role_name: permission,
      },
    });
  });
}
