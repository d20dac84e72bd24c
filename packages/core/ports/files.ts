import type { Subject } from "../evidence.ts";

/** Files by their content: evidence names digests, this finds the bytes. */
export interface Files {
  /** An absolute path whose bytes have this digest, checked now; `undefined` where nobody here has them. */
  find(wanted: Subject): Promise<string | undefined>;
}
