import { Octokit } from "@octokit/rest";
import type { Description } from "./description.ts";

/** What the exchanges of one client showed. */
export interface Findings {
  /** Operations that were used: "POST /repos/{owner}/{repo}/git/refs". */
  used: Set<string>;
  exchanges: number;
  /** Where a request or an answer does not keep to the description. */
  invalid: string[];
  /** Statuses that GitHub does not document here. */
  undocumented: Set<string>;
}

export function newFindings(): Findings {
  return { used: new Set(), exchanges: 0, invalid: [], undocumented: new Set() };
}

/** Octokit that holds every request and answer against the description. */
export function checkedOctokit(
  description: Description,
  findings: Findings,
  options: { auth: string; baseUrl: string },
): Octokit {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = new Octokit({ ...options, log: silent });
  watch(octokit, description, findings);
  return octokit;
}

/** Holds whatever this client asks from now on, and what it is answered, against the description. */
export function watch(
  octokit: Pick<Octokit, "hook" | "request">,
  description: Description,
  findings: Findings,
): void {
  octokit.hook.wrap("request", async (request, given) => {
    const { method, url, body } = octokit.request.endpoint(given as never) as {
      method: string;
      url: string;
      body?: unknown;
    };
    const path = decodeURIComponent(new URL(url).pathname).replace(/^\/uploads/, "");
    // The description is of the REST API.
    if (path === "/graphql") return request(given);
    const operation = description.find(method, path);
    const say = (what: string, problems: string[]) => {
      for (const problem of problems)
        findings.invalid.push(`${method} ${operation?.path ?? path}: ${what}: ${problem}`);
    };
    const judge = (status: number, data: unknown) => {
      findings.exchanges++;
      if (operation === undefined) return say("operation", ["GitHub has none at this address"]);
      findings.used.add(`${method} ${operation.path}`);
      if (!operation.statuses.includes(status))
        findings.undocumented.add(`${status} ${method} ${operation.path}`);
      say(String(status), description.answer(operation, status, data));
    };
    const isUpload = url.includes("/uploads/");
    if (operation !== undefined && !isUpload && given.isInvalidOnPurpose !== true)
      say("request", description.request(operation, body));
    try {
      const answer = await request(given);
      judge(answer.status, answer.data);
      return answer;
    } catch (error) {
      const { status, response } = error as { status?: number; response?: { data: unknown } };
      if (status === undefined || response === undefined) throw error;
      judge(status, response.data);
      throw error;
    }
  });
}
