export { baseCommit } from "./change.ts";
export { gitSnapshot } from "./git-snapshot.ts";
export { type Head, hasCommit, head, topLevel } from "./head.ts";
export { workingTree } from "./working-tree.ts";
