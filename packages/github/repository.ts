import { UserError } from "@mlops-actions/core";

/** A repository by name, as GitHub writes it in addresses. */
export interface Repository {
  owner: string;
  repo: string;
}

/** @throws UserError for anything but `owner/name` */
export function repositoryOf(fullName: string | undefined): Repository {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(fullName ?? "");
  if (match?.[1] === undefined || match[2] === undefined)
    throw new UserError(
      "repository-unknown",
      `GITHUB_REPOSITORY is \`${fullName ?? ""}\`, not \`owner/name\``,
      {
        remedy: "run this inside a workflow, or set GITHUB_REPOSITORY",
      },
    );
  return { owner: match[1], repo: match[2] };
}
