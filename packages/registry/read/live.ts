import { UserError } from "@mlops-actions/core";
import { concurrently } from "../concurrently.ts";
import type { RegistryOptions } from "../options.ts";
import type { Refs, Tag } from "../refs.ts";
import type { Catalogue } from "../tag/catalogue.ts";
import { type Assignment, parseAssignment } from "../tag/message.ts";
import { ENVIRONMENT_NAME, printTagName, versionTag } from "../tag/name.ts";
import { type Doubted, doubtOf } from "./doubt.ts";

/** The assignment that says what lives in an environment. */
export interface Live {
  tag: Tag;
  counter: number;
  /** `undefined` where the tag names no version of this model. */
  number: string | undefined;
}

/** The newest assignment that counts, and the newer ones that do not. */
export async function liveIn(
  { refs, witness }: Pick<RegistryOptions, "refs" | "witness">,
  catalogue: Catalogue,
  environment: string,
): Promise<{ live: Live | undefined; doubted: readonly Doubted[] }> {
  if (!ENVIRONMENT_NAME.test(environment))
    throw new UserError("environment-name", `\`${environment}\` cannot be the name of an environment`, {
      remedy: "Use small letters, digits, `-` and `_`.",
    });
  const doubted: Doubted[] = [];
  for (const counter of catalogue.environments.get(environment) ?? []) {
    const tag = await refs.read(
      printTagName({ kind: "assignment", model: catalogue.model, environment, counter }),
    );
    if (tag === undefined) continue;
    const said = parseAssignment(tag.message);
    const doubt = await doubtOf(witness, tag, said?.run);
    if (doubt === undefined)
      return { live: { tag, counter, number: await numberOf(refs, catalogue, tag, said) }, doubted };
    doubted.push(doubt);
  }
  return { live: undefined, doubted };
}

// What the message says is checked against the tag; one that was written by hand is looked up by what it names.
async function numberOf(
  refs: Refs,
  { model, numbers }: Catalogue,
  { target }: Tag,
  said: Assignment | undefined,
): Promise<string | undefined> {
  const names = async (number: string) => (await refs.read(versionTag(model, number)))?.target === target;
  if (said !== undefined)
    return numbers.includes(said.number) && (await names(said.number)) ? said.number : undefined;
  const found = await concurrently(numbers, names);
  return numbers.find((_, index) => found[index]);
}
