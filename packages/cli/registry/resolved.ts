import { UserError } from "@mlops-actions/core";
import type { Registry, ResolvedVersion } from "@mlops-actions/registry";
import { parseWhich } from "./which.ts";

/** A version to be used: what an environment never had is not guessed. */
export async function resolvedOf(registry: Registry, text: string): Promise<ResolvedVersion> {
  const { model, which } = parseWhich(text);
  const resolved = await registry.resolve(model, which);
  if (resolved === undefined) throw unknown(model, "published");
  if ("environment" in which && resolved.how === "fallback")
    throw new UserError(
      "never-assigned",
      `No version of ${model} was ever assigned to ${which.environment}`,
      {
        remedy: `Assign one with \`mlops-actions registry promote ${resolved.version.model}@${resolved.version.number} --to ${which.environment}\`, or name ${model}@latest.`,
      },
    );
  return resolved;
}

export function unknown(model: string, what: "registered" | "published" = "registered"): UserError {
  return new UserError("no-version", `No version of ${model} is ${what} here`, {
    remedy: "See `mlops-actions registry list`; tags of a remote are here after `git fetch --tags`.",
  });
}
