import { type Approvals, type People, UserError, type Version } from "@mlops-actions/core";

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
  const { environment, version } = of;
  const rules = await approvals.rules(environment);
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
      isOwn: !rules.preventsSelfReview && has(await authorsOf(approvals, of), agreed.by),
    };
  }
  const found = await commented(approvals, of, async () => {
    const runs = [version.run?.runId, of.runId].flatMap((id) => id ?? []);
    const asked = [authorsOf(approvals, of), ...runs.map((id) => approvals.startedBy(id))];
    const all = new Set<string>();
    for (const people of await Promise.all(asked)) {
      if ("unknown" in people) return people;
      for (const login of people) all.add(login);
    }
    return [...all];
  });
  if ("by" in found) return { how: "comment", by: found.by, url: found.url, isOwn: false };
  const reviewers = `give the environment \`${environment}\` required reviewers in the repository's settings`;
  const comment = `somebody who may write here and has neither written the change nor started a run that released it comments \`/approve ${version.tag} ${environment}\` on an issue or pull request of this repository, from now on; then the next tick goes on, or this run when it is run again`;
  // No other comment would count either.
  const unknown = found.remedy === null ? reviewers : `${found.remedy}, or ${reviewers}`;
  return new UserError("approval-missing", `${environment} asks for approval, and ${found.why}`, {
    remedy: found.remedy === undefined ? `${comment}. Or ${reviewers}` : unknown,
  });
}

/** Everybody who has written something of what comes with a version where another lives. */
async function authorsOf(
  approvals: Approvals,
  { version, live }: { version: Version; live: Version | undefined },
): Promise<People> {
  const says = (tag: string) => ({ unknown: `${tag} does not say of which commit it is`, remedy: null });
  const { commit } = version.manifest.training;
  const since = live === undefined ? null : live.manifest.training.commit;
  if (commit === null) return says(version.tag);
  if (live !== undefined && since === null) return says(live.tag);
  const found = await approvals.authors({ commit, since });
  // What nobody wrote somebody wrote whom we do not know.
  return !("unknown" in found) && found.length === 0
    ? { unknown: "no person is known to have written it", remedy: null }
    : found;
}

const WORD = /^\/(approve|reject)[ \t]+(\S+)(?:[ \t]+(\S+))?/;

async function commented(
  approvals: Approvals,
  {
    version: { model, number },
    environment,
    created,
  }: { version: Version; environment: string; created: Date },
  involved: () => Promise<People>,
): Promise<{ by: string; url: string } | { why: string; remedy?: string | null }> {
  const meant = [`${model}@v${number}`, `${model}@${number}`];
  const said = (await approvals.comments(created.toISOString())).flatMap((comment) => {
    const [, word, version = "", where] = WORD.exec(comment.body.trimStart()) ?? [];
    const isInTime = Date.parse(comment.created) >= created.getTime();
    // A rejection holds everywhere, with whatever reason behind it.
    const isHere = word === "reject" || where === environment;
    return word !== undefined && meant.includes(version) && isInTime && isHere ? [{ ...comment, word }] : [];
  });
  let why = `nobody has given it: there is no comment \`/approve ${meant[0]} ${environment}\` since it began`;
  let remedy: string | null | undefined;
  // Asked only where somebody with a say has agreed: it is a look through the history.
  let own: People | undefined;
  let given: { by: string; url: string } | undefined;
  // The last word of those who have a say counts.
  for (const { by, url, word, edited } of said) {
    remedy = undefined;
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
    own ??= await involved();
    if ("unknown" in own) {
      why = `a comment cannot give it, since nobody knows who has written or started the change: ${own.unknown}`;
      remedy = own.remedy;
    } else if (has(own, by))
      why = `${by}, who commented, has written the change or started the run that released it; these cannot give it: ${own.join(", ")}`;
    else given = { by, url };
  }
  return given ?? { why, ...(remedy !== undefined && { remedy }) };
}

function has(people: People, login: string): boolean {
  return !("unknown" in people) && people.some((one) => one.toLowerCase() === login.toLowerCase());
}
