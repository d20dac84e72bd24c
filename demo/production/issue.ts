import type { GitHubBox } from "@mlops-actions/testkit";
import { ask, type Comment, commentsOf } from "../conversation.ts";

/** An issue, and what was said in it. */
export interface Issue {
  number: number;
  title: string;
  author: string;
  state: "open" | "closed";
  /** Markdown. */
  body: string;
  comments: readonly Comment[];
}

interface Answer {
  number: number;
  title: string;
  user: { login: string };
  state: "open" | "closed";
  body: string | null;
  pull_request?: unknown;
}

/** The issues of a repository, without its pull requests, the oldest first. */
export async function readIssues(box: GitHubBox): Promise<Issue[]> {
  const found = await ask<Answer[]>(box, "issues?state=all&per_page=100");
  const issues = found.filter((one) => one.pull_request === undefined).sort((a, b) => a.number - b.number);
  return Promise.all(
    issues.map(async ({ number, title, user, state, body }) => ({
      number,
      title,
      author: user.login,
      state,
      body: body ?? "",
      comments: await commentsOf(box, { number }),
    })),
  );
}
