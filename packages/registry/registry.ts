import type { Publishing } from "@mlops-actions/core";
import type { RegistryOptions } from "./options.ts";
import { publish } from "./publish/publish.ts";

export type Registry = Publishing;

/** The registry of models over tags and releases. */
export function registry(options: RegistryOptions): Registry {
  return {
    publish: (publication) => publish(options, publication),
  };
}
