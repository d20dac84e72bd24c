export { githubApprovals } from "./approvals.ts";
export { githubArtifacts } from "./artifact.ts";
export type { Author } from "./author.ts";
export { githubChecks, MAX_CHECK_SUMMARY_CHARACTERS } from "./checks.ts";
export { githubComments, MAX_COMMENT_CHARACTERS } from "./comments.ts";
export { defaultBranch } from "./default-branch.ts";

export { githubDeployments } from "./deployments.ts";
export { githubDispatches } from "./dispatches.ts";
export { BRANCH_EVENTS, type Event, RETRAIN, readEvent } from "./event.ts";
export { githubIssues } from "./issues.ts";

export { githubLinks } from "./links.ts";
export { markerFacts, type Order } from "./marker.ts";
export { isRunOf, type MergedPullRequest, mergedPullRequest } from "./merged-pull-request.ts";
export { type Client, type Connection, connect } from "./octokit.ts";
export { proposalsOf } from "./proposals.ts";
export { githubRefs } from "./refs.ts";
export { githubReleases } from "./releases.ts";
export { type Repository, repositoryOf } from "./repository.ts";
export { githubRunMarks } from "./run-marks.ts";
export { githubSnapshot } from "./snapshot.ts";
export { type GithubWitness, githubWitness } from "./witness.ts";
export { workflowsOf } from "./workflows.ts";
export { writablePermissions } from "./writable.ts";
