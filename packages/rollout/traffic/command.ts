import { type Traffic, UserError } from "@mlops-actions/core";
import { type Commands, runCommand } from "./run-command.ts";

export interface TrafficCommand {
  model: string;
  set: string;
  get: string;
  /** Seconds that each may take. */
  time: number;
}

const NOTHING = "none";
const SAID = /^(\d{1,3}(?:\.\d+)?)(?:\s+v?([0-9A-Za-z][0-9A-Za-z._-]{0,99}))?$/;

/**
 * A target that is asked and told by commands of the project's. `get` prints the canary's weight (0 to 100) and version; at 100 that version is
 * what the target holds for stable. `none`: nothing answers yet.
 */
export function commandTraffic({ model, set, get, time }: TrafficCommand, commands: Commands): Traffic {
  return {
    async get() {
      const said = (await runCommand(get, { MLOPS_MODEL: model }, time, commands)).trim();
      if (said === NOTHING) return [];
      const [, percent, version = null] = SAID.exec(said) ?? [];
      const weight = Number(percent) / 100;
      if (percent === undefined || weight > 1)
        throw new UserError("command-answer", `\`get\` printed ${JSON.stringify(said.slice(0, 80))}`, {
          remedy:
            "let it print the canary's weight and version and nothing else: `25 1.5.0`, `100 1.5.0`, or `none`",
        });
      if (weight === 1) return [{ slot: "stable", version, weight: 1 }];
      return [
        { slot: "stable", version: null, weight: 1 - weight },
        { slot: "canary", version, weight },
      ];
    },
    async set({ stable, canary, weight }) {
      const told = {
        MLOPS_MODEL: model,
        MLOPS_VERSION: canary.version,
        MLOPS_STABLE: stable.version ?? "",
        MLOPS_WEIGHT: String(Number((weight * 100).toFixed(3))),
      };
      await runCommand(set, told, time, commands);
    },
  };
}
