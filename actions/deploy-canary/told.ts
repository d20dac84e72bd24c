import { inBaseUnit, parseLiteral, UserError } from "@mlops-actions/core";

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
export function secondsOf(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  if (/^\d+(\.\d+)? ?(s|min|h|d)$/.test(text)) return inBaseUnit(parseLiteral(text)).value;
  throw new UserError("input", `The input \`watch\` is \`${text.slice(0, 40)}\``, {
    remedy: "write a time with its unit: `45 min`",
  });
}
