import { accountId, type Box, nodeId } from "./box.ts";
import type { Token } from "./token.ts";

/** A person or a bot as GitHub writes them everywhere. */
export function account(box: Box, { login, type }: Pick<Token, "login" | "type">) {
  const id = accountId(login);
  const api = `${box.url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId("User", id),
    avatar_url: `${box.serverUrl}/avatars/u/${id}`,
    gravatar_id: "",
    url: api,
    html_url: `${box.serverUrl}/${type === "Bot" ? `apps/${login.replace("[bot]", "")}` : login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  };
}

/** The GitHub App that acted, or null for a person. */
export function application(box: Box, { app }: Pick<Token, "app">) {
  if (app === undefined) return null;
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("App", app.id),
    owner: account(box, { login: "github", type: "User" }),
    name: app.name,
    description: "",
    external_url: "https://help.github.com/en/actions",
    html_url: `${box.serverUrl}/apps/${app.slug}`,
    created_at: "2018-07-30T09:30:17Z",
    updated_at: "2019-12-10T19:04:12Z",
    permissions: { metadata: "read" },
    events: [],
  };
}
