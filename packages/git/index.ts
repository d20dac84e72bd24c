export { baseCommit } from "./change.ts";
export { folderDeployments } from "./folder-deployments.ts";
export { folderReleases } from "./folder-releases.ts";
export { type GitRefsOptions, gitRefs } from "./git-refs.ts";
export { gitSnapshot } from "./git-snapshot.ts";
export { gitFolder, type Head, hasCommit, head, topLevel } from "./head.ts";
export { identity, originAddress } from "./identity.ts";
export { workingTree } from "./working-tree.ts";
export { addWorktree } from "./worktree.ts";
