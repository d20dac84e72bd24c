import { UserError } from "@mlops-actions/core";

/**
 * Checks a path from the repository's root: folders and names joined by `/`, none of them `.`, `..` or `.git`.
 * @throws UserError `path-outside`
 */
export function repositoryPath(path: string): string {
  const names = path.split("/");
  const isBad =
    path === "" ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
    /[\u0000-\u001f\u007f\\]/.test(path) ||
    /^[A-Za-z]:/.test(path) ||
    names.some((name) => name === "" || name === "." || name === ".." || name.toLowerCase() === ".git");
  if (isBad)
    throw new UserError("path-outside", `${JSON.stringify(path)} is not a path inside the repository`, {
      remedy: "Name a file by its path inside the repository, with `/` between folders and without `..`.",
    });
  return path;
}
