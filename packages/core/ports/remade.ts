import type { Evidence } from "../evidence.ts";
import type { Files } from "./files.ts";

/**
 * The baseline as a job of its own has made it: trained from the base commit, or a registered model asked again by its own code. That
 * job runs merged code alone, so that no change can spoil what it is compared with.
 */
export interface Remade {
  evidence: Evidence;
  files: Files;
}
