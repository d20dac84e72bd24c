import { type Approvals, UserError, type Version } from "@mlops-actions/core";

/** Who has agreed that a version goes to an environment, and where that is on record. */
export interface Agreed {
  how: "reviewers" | "comment" | "terminal";
  by: string;
  url: string | null;
  /** The same person wrote the change; the environment's rules allow it. */
  isOwn: boolean;
}

/**
 * Looks for an agreement where the host keeps it: GitHub's reviewers of that environment in the run that began the rollout; where it has
 * none, a comment by somebody who may write and has not written the change.
 * @param of.created when the rollout began: what was said before was about another
 * @returns why there is none: the sentence, and what to do
 */
export async function agreement(
  approvals: Approvals,
  of: {
    environment: string;
    version: Version;
    /** What lives there; the change is everything since then. */
    live: Version | undefined;
    created: Date;
    runId: number | null;
  },
): Promise<Agreed | UserError> {
  const { environment, version, live } = of;
  const rules = await approvals.rules(environment);
  const authors = async () => {
    const { commit } = version.manifest.training;
    const since = live === undefined ? null : live.manifest.training.commit;
    // Of a version that says no commit nobody knows what has changed since.
    const isKnown = commit !== null && (live === undefined || since !== null);
    const found = isKnown ? await approvals.authors({ commit, since }) : undefined;
    // What nobody wrote somebody wrote whom we do not know.
    return found === undefined || found.length === 0 ? undefined : found.map(lower);
  };
  if (rules?.reviewers) {
    const said = of.runId === null ? [] : await approvals.ofRun(of.runId);
    const of_ = said.filter(({ environments }) => environments.includes(environment));
    const agreed = of_.findLast(({ approved }) => approved);
    if (agreed === undefined || of_.at(-1)?.approved === false)
      return new UserError(
        "approval-missing",
        `\`${environment}\` has reviewers on GitHub, and none of them has approved this run`,
        {
          remedy: `let the job that starts the rollout carry \`environment: ${environment}\`, and approve it there`,
        },
      );
    return {
      how: "reviewers",
      by: agreed.by,
      url: null,
      isOwn: !rules.preventsSelfReview && ((await authors())?.includes(lower(agreed.by)) ?? false),
    };
  }
  const found = await commented(approvals, of, async () => {
    const runs = [version.run?.runId, of.runId].flatMap((id) => id ?? []);
    const known = await Promise.all([authors(), ...runs.map((id) => approvals.startedBy(id))]);
    return known.includes(undefined) ? undefined : known.flatMap((some) => some ?? []).map(lower);
  });
  if ("by" in found) return { how: "comment", by: found.by, url: found.url, isOwn: false };
  return new UserError("approval-missing", `${environment} asks for approval, and ${found.why}`, {
    remedy: `somebody who may write here and has neither written the change nor started a run that released it comments \`/approve ${version.tag} ${environment}\` on an issue or pull request of this repository, from now on; then the next tick goes on, or this run when it is run again. Or give the environment \`${environment}\` required reviewers in the repository's settings`,
  });
}

const WORD = /^\/(approve|reject)[ \t]+(\S+)(?:[ \t]+(\S+))?/;

async function commented(
  approvals: Approvals,
  {
    version: { model, number },
    environment,
    created,
  }: { version: Version; environment: string; created: Date },
  involved: () => Promise<readonly string[] | undefined>,
): Promise<{ by: string; url: string } | { why: string }> {
  const meant = [`${model}@v${number}`, `${model}@${number}`];
  const said = (await approvals.comments(created.toISOString())).flatMap((comment) => {
    const [, word, version = "", where] = WORD.exec(comment.body.trimStart()) ?? [];
    const isInTime = Date.parse(comment.created) >= created.getTime();
    // A rejection holds everywhere, with whatever reason behind it.
    const isHere = word === "reject" || where === environment;
    return word !== undefined && meant.includes(version) && isInTime && isHere ? [{ ...comment, word }] : [];
  });
  // Asked only where somebody with a say has agreed: it is a look through the history.
  let own: Promise<readonly string[] | undefined> | undefined;
  const hasPart = async (login: string) => {
    own ??= involved();
    return (await own)?.includes(lower(login));
  };
  let why = `nobody has given it: there is no comment \`/approve ${meant[0]} ${environment}\` since it began`;
  let given: { by: string; url: string } | undefined;
  // The last word of those who have a say counts.
  for (const { by, url, word, edited } of said) {
    if (!(await approvals.mayWrite(by))) {
      why = `${by}, who commented, may not write to this repository`;
      continue;
    }
    if (word === "reject") {
      why = `${by} has rejected it (${url})`;
      given = undefined;
      continue;
    }
    if (edited) {
      why = `the comment of ${by} was edited after it was written`;
      continue;
    }
    const isOwn = await hasPart(by);
    if (isOwn === undefined)
      why =
        "nobody knows who has written the change: GitHub does not know the account of everybody in it, or it is too long to look through";
    else if (isOwn) why = `${by}, who commented, has written the change or started the run that released it`;
    else given = { by, url };
  }
  return given ?? { why };
}

function lower(login: string): string {
  return login.toLowerCase();
}
