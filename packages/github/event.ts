import { UserError } from "@mlops-actions/core";
import { z } from "zod";

const sha = z.string().regex(/^[0-9a-f]{40}$|^[0-9a-f]{64}$/);
const number = z.int().positive();
const repository = z.object({ id: number, default_branch: z.string().optional() });

const pullRequest = z.object({
  number,
  repository,
  pull_request: z.object({
    number,
    draft: z.boolean().default(false),
    base: z.object({ sha, ref: z.string(), repo: z.object({ id: number }) }),
    // A fork that was deleted is `null`.
    head: z.object({ sha, ref: z.string(), repo: z.object({ id: number }).nullable() }),
  }),
});
const push = z.object({ before: sha.optional(), after: sha, ref: z.string(), repository });
const dispatch = z.object({ ref: z.string(), repository });
const workflowRun = z.object({
  repository,
  workflow_run: z.object({
    id: number,
    run_attempt: number,
    event: z.string(),
    head_sha: sha,
    // A branch or a fork that was deleted is `null`.
    head_branch: z.string().nullable(),
    head_repository: z.object({ id: number, owner: z.object({ login: z.string() }) }).nullable(),
  }),
});
const retrain = z.object({
  repository,
  client_payload: z.object({
    model: z.string().max(64),
    issue: number.nullish(),
    run: number.nullish(),
    "evidence-digest": z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullish(),
  }),
});

/** In these events the workflow and the code are those of the branch itself; in those of pull requests anybody may have written them. */
export const BRANCH_EVENTS: readonly string[] = [
  "push",
  "workflow_dispatch",
  "schedule",
  "repository_dispatch",
];

/** What started this run, as far as a stage needs it. Everything in it may be chosen by a stranger. */
export type Event =
  | {
      kind: "pull-request";
      number: number;
      base: { sha: string; ref: string };
      head: { sha: string; ref: string; repositoryId: number | null };
      /** The head lies in another repository, or in one that is gone: its author may not be trusted with rights. */
      fork: boolean;
      draft: boolean;
      /** The run has the base's rights although it is about a stranger's code (`pull_request_target`). */
      privileged: boolean;
      repositoryId: number;
      /** The branch that the repository calls its own; `null` where the event does not say. */
      defaultBranch: string | null;
    }
  | {
      kind: "push";
      /** What the branch was before; `undefined` where it is new. */
      before: string | undefined;
      sha: string;
      ref: string;
      repositoryId: number;
    }
  | { kind: "dispatch"; ref: string; repositoryId: number }
  | {
      /** Another run has ended; this one has rights that the other may not have had. */
      kind: "workflow-run";
      runId: number;
      attempt: number;
      /** What started the other. */
      event: string;
      head: { sha: string; branch: string | null; repository: { id: number; owner: string } | null };
      repositoryId: number;
    }
  | {
      /** A drift check, or somebody in its name, has asked for another training of one model. */
      kind: "retrain";
      model: string;
      /** Waits for the verdict. */
      issue: number | null;
      /** The run of the check, and what its evidence is. */
      cause: { run: number; digest: string } | null;
      repositoryId: number;
    }
  | { kind: "other"; name: string };

// GitHub's own payloads stay below 25 MB; one this large is none.
const MAX_EVENT_CHARACTERS = 25 * 1024 * 1024;

/**
 * Reads a run's event strictly: a number that is a string, a commit that is no digest, is refused rather than used in an address.
 * @throws UserError `event-unreadable`
 */
export function readEvent(name: string, text: string): Event {
  const payload = parse(name, text);
  switch (name) {
    case "pull_request":
    case "pull_request_target": {
      const { repository, pull_request } = check(name, pullRequest, payload);
      const { base, head } = pull_request;
      return {
        kind: "pull-request",
        number: pull_request.number,
        base: { sha: base.sha, ref: base.ref },
        head: { sha: head.sha, ref: head.ref, repositoryId: head.repo?.id ?? null },
        fork: head.repo?.id !== base.repo.id,
        draft: pull_request.draft,
        privileged: name === "pull_request_target",
        repositoryId: repository.id,
        defaultBranch: repository.default_branch ?? null,
      };
    }
    case "push": {
      const { before, after, ref, repository } = check(name, push, payload);
      const isNew = before === undefined || /^0+$/.test(before);
      return {
        kind: "push",
        before: isNew ? undefined : before,
        sha: after,
        ref,
        repositoryId: repository.id,
      };
    }
    case "workflow_dispatch": {
      const { ref, repository } = check(name, dispatch, payload);
      return { kind: "dispatch", ref, repositoryId: repository.id };
    }
    case "workflow_run": {
      const { repository, workflow_run: run } = check(name, workflowRun, payload);
      const from = run.head_repository;
      return {
        kind: "workflow-run",
        runId: run.id,
        attempt: run.run_attempt,
        event: run.event,
        head: {
          sha: run.head_sha,
          branch: run.head_branch,
          repository: from && { id: from.id, owner: from.owner.login },
        },
        repositoryId: repository.id,
      };
    }
    case "repository_dispatch": {
      if (!isRetrain(payload)) return { kind: "other", name };
      const { repository, client_payload } = check(name, retrain, payload);
      const { model, issue, run, "evidence-digest": digest } = client_payload;
      const cause = run == null || digest == null ? null : { run, digest };
      return { kind: "retrain", model, issue: issue ?? null, cause, repositoryId: repository.id };
    }
    default:
      return { kind: "other", name };
  }
}

/** What `drift-check` dispatches. */
export const RETRAIN = "mlops-retrain";

function isRetrain(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && "action" in payload && payload.action === RETRAIN;
}

function parse(name: string, text: string): unknown {
  if (text.length > MAX_EVENT_CHARACTERS) throw unreadable(name, `it has ${text.length} characters`);
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(name, "it is not JSON");
  }
}

function check<T>(name: string, schema: z.ZodType<T>, payload: unknown): T {
  const read = schema.safeParse(payload);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw unreadable(name, `\`${issue?.path.join(".") ?? ""}\`: ${issue?.message ?? "unexpected"}`);
}

function unreadable(name: string, why: string): UserError {
  return new UserError("event-unreadable", `The event \`${name}\` of this run cannot be read: ${why}`, {
    remedy: "run this from GitHub's own `pull_request`, `push` or `workflow_dispatch` event",
  });
}
