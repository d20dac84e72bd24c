/** Permissions by GitHub's names: `contents`, `issues`, `pull_requests`, `checks`, `actions`. What is absent is not granted. */
export type Permissions = Readonly<Record<string, "read" | "write">>;

/** Whom a token speaks for and what it may do. */
export interface Token {
  login: string;
  type: "User" | "Bot";
  permissions: Permissions;
  /** The GitHub App behind a bot; only apps may write check runs. */
  app?: { id: number; slug: string; name: string };
  /** A workflow's own token: it may not touch commits whose workflow files no branch has. */
  workflow?: boolean;
}

const EVERYTHING = ["contents", "issues", "pull_requests", "checks", "actions", "deployments"];

/** A person with write access to everything an app may touch. */
export function personToken(login: string, permissions?: Permissions): Token {
  const all = Object.fromEntries(EVERYTHING.map((name) => [name, "write" as const]));
  return { login, type: "User", permissions: permissions ?? all };
}

/** `GITHUB_TOKEN` of a job with these `permissions:`. */
export function workflowToken(permissions: Permissions): Token {
  return {
    login: "github-actions[bot]",
    type: "Bot",
    permissions,
    app: { id: 15368, slug: "github-actions", name: "GitHub Actions" },
    workflow: true,
  };
}
