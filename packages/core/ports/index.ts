import type { Checks } from "./checks.ts";
import type { Clock } from "./clock.ts";
import type { Comments } from "./comments.ts";
import type { Progress } from "./progress.ts";
import type { Tables } from "./tables.ts";

/** Everything a stage may touch. A stage names what it needs; its permissions table is generated from that. */
export interface Ports {
  tables: Tables;
  clock: Clock;
  progress: Progress;
  comments: Comments;
  checks: Checks;
}
