import { UserError, type Which } from "@mlops-actions/core";

/** A model and which of its versions: `m@v1.4.0`, `m@1.4.0`, `m@production`, `m#production`, `m@latest`, `m`. */
export function parseWhich(text: string): { model: string; which: Which } {
  const [, model, sign, rest = ""] = /^([^@#]*)(?:([@#])([^@#]+))?$/.exec(text) ?? [];
  if (model === undefined || model === "")
    throw new UserError("usage", `\`${text}\` names no version`, {
      remedy: "Write MODEL@VERSION, MODEL@ENVIRONMENT or MODEL@latest, as in `census-income@production`.",
    });
  if (sign === undefined) return { model, which: { newest: true } };
  if (sign === "@" && rest === "latest") return { model, which: { newest: true } };
  if (sign === "@" && /^v?\d+(?:\.\d+)*$/.test(rest))
    return { model, which: { version: rest.replace(/^v/, "") } };
  return { model, which: { environment: rest } };
}
