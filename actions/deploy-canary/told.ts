import { UserError } from "@mlops-actions/core";
import { secondsOf } from "@mlops-actions/rollout";

const MODES = ["start", "tick", "rollback"] as const;

/** @throws UserError `input` */
export function modeOf(text: string): (typeof MODES)[number] {
  const mode = MODES.find((one) => one === text);
  if (mode !== undefined) return mode;
  throw new UserError("input", `The input \`mode\` is \`${text.slice(0, 40)}\``, {
    remedy: "write `start`, `tick` or `rollback`",
  });
}

/** @returns 0 where nothing was said @throws UserError `input` */
export function watchOf(text: string | undefined): number {
  const seconds = text === undefined ? 0 : secondsOf(text);
  if (seconds !== undefined) return seconds;
  throw new UserError("input", `The input \`watch\` is \`${text?.slice(0, 40)}\``, {
    remedy: "write a time with its unit: `45 min`",
  });
}
