import { RequestError } from "@octokit/request-error";

/**
 * Why a request did not succeed. `indeterminate`: nobody knows whether GitHub carried it out (connection lost, deadline, 5xx, an
 * answer that is not what GitHub documents). `refused`: it was not carried out, and asking again changes nothing.
 */
export type Failure =
  | { kind: "indeterminate"; why: string }
  | { kind: "refused"; status: number; why: string };

/** An answer that does not have the documented shape. */
export class UnexpectedAnswer extends Error {}

/** Sorts what Octokit threw. What is not about a request is a bug and is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UnexpectedAnswer) return { kind: "indeterminate", why: error.message };
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError"))
    return { kind: "indeterminate", why: "no answer in time" };
  if (!(error instanceof RequestError)) throw error;
  if (error.status >= 500) return { kind: "indeterminate", why: `${error.status}: ${brief(error.message)}` };
  return { kind: "refused", status: error.status, why: whyRefused(error) };
}

function whyRefused(error: RequestError): string {
  const said = `${error.status}: ${brief(error.message)}`;
  const headers = error.response?.headers ?? {};
  if (error.status === 401) return `${said} (the token is unknown, expired or revoked)`;
  if (error.status === 404) return `${said} (not there, or the token may not see it)`;
  if (
    error.status === 429 ||
    headers["x-ratelimit-remaining"] === "0" ||
    /secondary rate/i.test(error.message)
  )
    return `${said} (rate limit)`;
  const accepted = headers["x-accepted-github-permissions"];
  if (error.status === 403 && typeof accepted === "string") {
    // The names of the API's permissions are those of `permissions:` but for their underscores.
    const permissions = accepted
      .split(/[;,]\s*/)
      .map((one) => `\`${one.replace("=", ": ").replaceAll("_", "-")}\``);
    return `${said}: the job's token needs ${permissions.join(" or ")}`;
  }
  return said;
}

// Octokit repeats the whole list of errors in its message.
function brief(message: string): string {
  const line = message.replaceAll(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
