export type { Fault, FaultAnswer } from "./github/fault.ts";
export { gitIn } from "./github/git.ts";
export type { Journaled } from "./github/journal.ts";
export { type GitHubBox, type GitHubOptions, startGitHub } from "./github/start.ts";
export { type Permissions, personToken, type Token, workflowToken } from "./github/token.ts";
export { ELEMENT, message, onnxBytes, type Part } from "./models/onnx-bytes.ts";
export { living } from "./process/living.ts";
export { type Checkout, checkout, checkoutMerge } from "./repository/checkout.ts";
export { type Folder, temporaryFolder } from "./repository/folder.ts";
export { type Files, type GitRepository, gitRepository } from "./repository/git-repository.ts";
export {
  mergePullRequest,
  openPullRequest,
  type PullRequest,
  push,
  pushEvent,
  readPullRequest,
} from "./repository/pull-request.ts";
export { type RunEvent, stepEnvironment } from "./runner/environment.ts";
export { type ActionResult, type ActionRun, runAction } from "./runner/run-action.ts";
export { runtimeToken } from "./runner/runtime-token.ts";
export type { Annotation } from "./runner/stdout-command.ts";
