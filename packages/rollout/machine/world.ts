import {
  type Environments,
  type Ports,
  type Project,
  UserError,
  type Version,
  type Versions,
} from "@mlops-actions/core";
import type { Guardrail } from "../guardrail/guardrail.ts";
import type { Payload } from "../record/payload.ts";
import type { Environment, Section } from "../section.ts";

/** What a rollout touches, and for whom. */
export interface World {
  project: Project<Section>;
  model: string;
  name: string;
  environment: Environment;
  guardrails: readonly Guardrail[];
  versions: Versions;
  environments: Environments;
  deployments: Ports["deployments"];
  approvals: Ports["approvals"];
  dispatches: Ports["dispatches"];
  traffic: Ports["traffic"];
  metrics: Ports["trafficMetrics"];
  now(): Date;
  /** The run that does this, for the tag and the record. */
  run: Payload["run"];
  /** Who has started it. */
  by: string;
  /** A person at this terminal agrees. */
  isAgreed: boolean;
}

/** A version that can be deployed. @throws UserError `no-such-version`, `not-published` */
export async function publishedVersion({ versions, model }: World, number: string): Promise<Version> {
  const found = await versions.resolve(model, { version: number });
  if (found === undefined)
    throw new UserError("no-such-version", `There is no version ${number} of ${model}`, {
      remedy: `see which there are: \`mlops-actions registry show ${model}\``,
    });
  const { version } = found;
  if (version.state !== "published")
    throw new UserError("not-published", `${version.tag} is ${version.state}`, {
      remedy: "deploy a version that is published",
    });
  return version;
}
