import type { Fault } from "./fault.ts";
import type { Token } from "./token.ts";

/** What a box is started with. Everything is JSON, since it crosses to another process. */
export interface Settings {
  owner: string;
  repo: string;
  /** The token's text, and whose it is. */
  tokens: Readonly<Record<string, Token>>;
  /** In a private repository reading needs a permission, too. */
  private: boolean;
  /** Owners of forks of the repository: they share its objects and have references of their own. */
  forks: readonly string[];
  faults: readonly Fault[];
  /** A folder of this box alone. */
  dir: string;
}
