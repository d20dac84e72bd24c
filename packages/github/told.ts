import { UserError } from "@mlops-actions/core";
import { failureOf } from "./failure.ts";

/**
 * For ports whose callers know nothing of HTTP: what GitHub refuses, or never answers, becomes a sentence to the user.
 * @param doing goes on after "GitHub refused to": `list the tags`
 * @throws UserError `github-refused`: not carried out; `github-unreachable`: nobody knows whether it was. A bug as it is
 */
export async function told<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const failure = failureOf(error);
    if (failure.kind === "refused")
      throw new UserError("github-refused", `GitHub refused to ${doing}: ${failure.why}`, {
        remedy: "check the job's `permissions:` and the repository's rules for tags and releases",
        cause: error,
      });
    throw new UserError("github-unreachable", `GitHub did not ${doing}: ${failure.why}`, {
      remedy: "run this again: what was begun is found and finished",
      cause: error,
    });
  }
}

/** What was asked for, or `undefined` where GitHub says that it is not there. */
export async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused" && failure.status === 404) return undefined;
    throw error;
  }
}
