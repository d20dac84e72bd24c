import type { Subject } from "../evidence.ts";
import type { Manifest } from "../manifest.ts";
import type { Files } from "./files.ts";

/** A registered model: `name@v1.4.0`. */
export interface Version {
  model: string;
  /** Three numbers without `v`: `1.4.0`. */
  number: string;
  /** The annotated tag. */
  tag: string;
  /** The record commit, whose tree is the manifest. */
  record: string;
  manifest: Manifest;
  state: "published" | "claimed" | "withdrawn";
  /** When its tag was written, ISO 8601. */
  registered: string;
  /** The workflow run that says it has registered it. */
  run?: Publication["run"];
  /** Everything that is published with it: the model's files, and what says how we know it. */
  assets: readonly { name: string; size: number; sha256: string }[];
}

export type Which = { environment: string } | { version: string } | { newest: true };

/** What `production` or `latest` means now. */
export interface Resolved {
  version: Version;
  /** `fallback`: nothing was ever assigned to that environment, so the newest version stands in. */
  how: "exact" | "fallback";
  /** Since when it is what was asked for, ISO 8601. */
  since: string;
  /** Newer tags that do not count, and why: to be named wherever this answer is used. */
  doubted?: readonly { tag: string; why: string }[] | undefined;
}

/** The registry as stages read it. */
export interface Versions {
  /**
   * @returns `undefined` where the registry can be read and has no version of this model
   * @throws UserError where it cannot be read, or what was asked for is gone: an empty registry and a broken one are not the same
   */
  resolve(model: string, which: Which): Promise<Resolved | undefined>;
  /** The bytes of a version's assets, fetched when they are asked for, every digest checked. */
  files(version: Version): Files;
}

export interface Publication {
  manifest: Manifest;
  /** The manifest's files, and beside them profile, card, predictions, statements: absolute paths, checked before they are sent. */
  files: readonly (Subject & { path: string; size: number })[];
  /** Which part of the newest version's number is raised; the first version is 1.0.0. */
  bump: "major" | "minor" | "patch";
  /** The workflow run that registers, for the tag. */
  run?: { repositoryId: number; runId: number; attempt: number } | undefined;
}

/** The registry as `register` writes it. */
export interface Publishing {
  /** Safe to repeat: the same manifest is the same version, whoever began to publish it. */
  publish(
    publication: Publication,
  ): Promise<{ version: Version; how: "published" | "resumed" | "unchanged" }>;
}

/** Which version lives where. */
export interface Environments {
  /** The newest assignment; `counter` 0 where there was none. */
  current(model: string, environment: string): Promise<{ counter: number; version: Version | undefined }>;
  /** Every assignment that counts, oldest first: the last is what lives there. */
  past(model: string, environment: string): Promise<readonly { number: string; withdrawn: boolean }[]>;
  /** Assigns after a known predecessor: compare and swap on the counter. */
  assign(
    environment: string,
    version: Version,
    after: number,
    run?: Publication["run"],
  ): Promise<
    { kind: "assigned"; counter: number } | { kind: "taken"; counter: number; by: Version | undefined }
  >;
}
