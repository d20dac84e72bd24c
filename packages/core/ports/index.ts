import type { Checks } from "./checks.ts";
import type { Clock } from "./clock.ts";
import type { Comments } from "./comments.ts";
import type { Files } from "./files.ts";
import type { Launcher } from "./launcher.ts";
import type { Models } from "./models.ts";
import type { Progress } from "./progress.ts";
import type { Remade } from "./remade.ts";
import type { Tables } from "./tables.ts";
import type { Environments, Publishing, Versions } from "./versions.ts";
import type { Workspace } from "./workspace.ts";

/** Everything a stage may touch. A stage names what it needs; its permissions table is generated from that. */
export interface Ports {
  tables: Tables;
  models: Models;
  files: Files;
  launcher: Launcher;
  workspace: Workspace;
  versions: Versions;
  /** `undefined` where no job has made one. */
  remade: Remade | undefined;
  publishing: Publishing;
  environments: Environments;
  clock: Clock;
  progress: Progress;
  comments: Comments;
  checks: Checks;
}
