import { createHash } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { ArtifactStore } from "./artifact-store.ts";
import type { CacheStore } from "./cache-store.ts";
import type { CheckRun } from "./check-run.ts";
import type { Comment } from "./comments.ts";
import type { Deployment } from "./deployments.ts";
import type { Dispatch } from "./dispatches.ts";
import type { Approval, Environment } from "./environments.ts";
import type { Git } from "./git.ts";
import type { GitObjects } from "./git-objects.ts";
import type { Issue } from "./issues.ts";
import type { Pull } from "./pull.ts";
import type { Release } from "./release.ts";
import type { Settings } from "./settings.ts";
import type { Token } from "./token.ts";
import type { Run } from "./workflow-run.ts";

/** The state of one box: Git's repository, and beside it what GitHub keeps in its database. */
export interface Box {
  settings: Settings;
  git: Git;
  objects: GitObjects;
  /** Own origin, without a slash at the end. */
  url: string;
  /** The origin people see, under a name that GitHub's own libraries accept. */
  serverUrl: string;
  pulls: Map<number, Pull>;
  /** Commits that GitHub has made and signed. */
  signed: Set<string>;
  issues: Map<number, Issue>;
  /** In the order of arrival. */
  dispatches: Dispatch[];
  comments: Map<number, Comment>;
  checks: Map<number, CheckRun>;
  releases: Map<number, Release>;
  runs: Map<number, Run>;
  deployments: Map<number, Deployment>;
  environments: Map<string, Environment>;
  /** By run. */
  approvals: Map<number, Approval[]>;
  artifacts: ArtifactStore;
  caches: CacheStore;
  /** Ids grow over all subjects, as on GitHub they grow within each. */
  nextId(): number;
  nextNumber(): number;
  now(): string;
}

/** How a request fares beyond what it says. */
export interface Circumstances {
  /** The list that is asked for is of so many milliseconds ago. */
  listAgeMs?: number;
  /** The bytes of this upload never arrive. */
  isCutUpload?: boolean;
}

/** What every handler of the box is given. */
export interface AppEnv {
  Bindings: HttpBindings & Circumstances;
  Variables: { who: Token | undefined };
}
export type App = Hono<AppEnv>;

export function repositoryPath({ settings }: Box): string {
  return `/repos/${settings.owner}/${settings.repo}`;
}

export function repositoryUrl(box: Box): string {
  return box.url + repositoryPath(box);
}

export function pageUrl(box: Box, path: string): string {
  return `${box.serverUrl}/${box.settings.owner}/${box.settings.repo}/${path}`;
}

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString("base64url");
}

/** The same login has the same id in every box. */
export function accountId(login: string): number {
  if (login === "github-actions[bot]") return 41_898_282;
  return 1000 + (createHash("sha256").update(login).digest().readUInt32BE() >>> 4);
}
