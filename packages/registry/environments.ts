import { type Environments, UserError, type Version } from "@mlops-actions/core";
import type { RegistryOptions } from "./options.ts";
import { createTag, readCatalogue } from "./publish/tagging.ts";
import { type Doubted, doubtOf } from "./read/doubt.ts";
import { history } from "./read/history.ts";
import { liveIn } from "./read/live.ts";
import { modelName } from "./read/resolve.ts";
import { readIfOurs } from "./read/version.ts";
import type { Catalogue } from "./tag/catalogue.ts";
import { printAssignment } from "./tag/message.ts";
import { ENVIRONMENT_NAME, printTagName } from "./tag/name.ts";

/** Which version lives where: a list of assignments to which entries are only ever added. */
export function environments(options: RegistryOptions): Environments {
  const stateOf = async (catalogue: Catalogue, environment: string) => {
    const { live } = await liveIn(options, catalogue, environment);
    const read =
      live?.number === undefined ? undefined : await readIfOurs(options, catalogue.model, live.number);
    // Tags that do not count have counters too, and the next one comes after them.
    const [counter = 0] = catalogue.environments.get(environment) ?? [];
    return { counter, version: read instanceof UserError ? undefined : read?.version };
  };
  return {
    async current(model, environment) {
      return stateOf(await readCatalogue(options.refs, modelName(model)), environment);
    },
    async past(model, environment) {
      const entries = (await history(options, model)).filter(({ doubted }) => doubted === undefined);
      const withdrawn = new Set(
        entries.filter(({ what }) => what === "withdrawn").map(({ number }) => number),
      );
      return entries.flatMap((entry) =>
        entry.environment === environment && entry.number !== undefined
          ? [{ number: entry.number, withdrawn: withdrawn.has(entry.number) }]
          : [],
      );
    },
    async assign(environment, version, after, run) {
      const { model, number, record } = version;
      if (!ENVIRONMENT_NAME.test(environment) || version.state !== "published")
        throw notAssignable(environment, version);
      const catalogue = await readCatalogue(options.refs, model);
      const { counter, version: by } = await stateOf(catalogue, environment);
      if (counter !== after) return { kind: "taken", counter, by };
      const next = after + 1;
      const name = printTagName({ kind: "assignment", model, environment, counter: next });
      // A tag that does not count would stay for ever, and whoever wrote it would believe that it does.
      const doubt = await doubtOf(options.witness, { name }, run);
      if (doubt !== undefined) throw wouldNotCount(doubt);
      const { kind } = await createTag(options, catalogue, {
        name,
        target: record,
        message: printAssignment(`${model} ${number} is assigned to ${environment}`, { number, run }),
      });
      if (kind === "created") return { kind: "assigned", counter: next };
      const now = await stateOf(await readCatalogue(options.refs, model), environment);
      return { kind: "taken", counter: now.counter, by: now.version };
    },
  };
}

function notAssignable(environment: string, { tag, state }: Version): UserError {
  return new UserError("not-assignable", `${tag} cannot be assigned to \`${environment}\`: it is ${state}`, {
    remedy: "Assign a published version to an environment named in small letters, digits, `-` and `_`.",
  });
}

function wouldNotCount({ tag, why }: Doubted): UserError {
  return new UserError("would-not-count", `The assignment ${tag} would not count: ${why}`, {
    remedy: "Assign in a workflow run on the default branch, where the environment's approvals apply too.",
  });
}
