import type { Environments, Publishing, Version, Versions, Which } from "@mlops-actions/core";
import { environments } from "./environments.ts";
import type { RegistryOptions } from "./options.ts";
import { publish } from "./publish/publish.ts";
import { download } from "./read/download.ts";
import { type HistoryEntry, history } from "./read/history.ts";
import { modelName, type ResolvedVersion, resolve } from "./read/resolve.ts";
import { list, type ModelNames, type ModelShown, show } from "./read/show.ts";
import { type Verification, verify } from "./read/verify.ts";
import { readVersion } from "./read/version.ts";

/** The registry of models over tags and releases: what stages need, and what people ask. */
export interface Registry extends Versions, Publishing, Environments {
  resolve(model: string, which: Which): Promise<ResolvedVersion | undefined>;
  /** A version in whatever state it is. */
  read(model: string, number: string): Promise<Version | undefined>;
  list(): Promise<readonly ModelNames[]>;
  show(model?: string): Promise<readonly ModelShown[]>;
  history(model: string): Promise<readonly HistoryEntry[]>;
  verify(model: string, number: string, expect?: string): Promise<Verification>;
}

export function registry(options: RegistryOptions): Registry {
  return {
    resolve: (model, which) => resolve(options, model, which),
    download: (version, names, into) => download(options, version, names, into),
    publish: (publication) => publish(options, publication),
    ...environments(options),
    read: async (model, number) => (await readVersion(options, modelName(model), number))?.version,
    list: () => list(options),
    show: (model) => show(options, model),
    history: (model) => history(options, model),
    verify: (model, number, expect) => verify(options, modelName(model), number, expect),
  };
}
