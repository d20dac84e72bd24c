import { type Place, type Project, type Stage, UserError } from "@mlops-actions/core";
import { type Details, details } from "./details.ts";
import { document } from "./document.ts";
import { findingOf } from "./finding.ts";
import { guardrailsOf } from "./guardrail/guardrail.ts";
import { METRICS } from "./guardrail/metrics.ts";
import { type Outcome, rollBack, start, tick } from "./machine/flow.ts";
import type { World } from "./machine/world.ts";
import type { Payload } from "./record/payload.ts";
import { DEFAULT_ENVIRONMENTS, type Environment, type Section, section } from "./section.ts";

/** What only the composition root knows. */
export interface RollingOut {
  environment: string;
  mode: "start" | "tick" | "rollback";
  /** `start`: a number, or `latest`. `rollback`: to which; default: the one before. */
  version?: string | undefined;
  /** Begin what was rolled back once more. */
  again?: boolean | undefined;
  /** `tick`: the deployment that this job goes on with. */
  watched?: number | undefined;
  run: Payload["run"];
  by: string;
  /** The person at this terminal agrees. */
  isAgreed?: boolean | undefined;
}

type Needs =
  | "versions"
  | "environments"
  | "deployments"
  | "approvals"
  | "dispatches"
  | "traffic"
  | "trafficMetrics"
  | "clock"
  | "progress";

const NEEDS = [
  "versions",
  "environments",
  "deployments",
  "approvals",
  "dispatches",
  "traffic",
  "trafficMetrics",
  "clock",
  "progress",
] as const;

/** Brings a version to an environment: one step of it, from what is true. */
export function rollingOut(told: RollingOut): Stage<"deploy", Section, Details, Needs> {
  return {
    name: "deploy",
    section,
    details,
    metrics: METRICS,
    policy: [],
    needs: NEEDS,
    async run(project, _upstream, ports) {
      const environment = environmentOf(project, told.environment);
      const guardrails = requireSound(project, told.environment, environment);
      const { clock, trafficMetrics, progress, ...rest } = ports;
      const world: World = {
        ...rest,
        project,
        model: project.model,
        name: told.environment,
        environment,
        guardrails,
        metrics: trafficMetrics,
        now: () => clock.now(),
        run: told.run,
        by: told.by,
        isAgreed: told.isAgreed ?? false,
      };
      progress.step("reading what is true");
      const outcome = await carriedOut(world, told);
      return findingOf(world, told, outcome);
    },
    document,
  };
}

/** The rules of an environment. @throws UserError `no-environment` */
export function environmentOf({ section, place }: Project<Section>, name: string): Environment {
  const found = section[name] ?? DEFAULT_ENVIRONMENTS[name];
  if (found !== undefined) return found;
  const known = [...new Set([...Object.keys(section), ...Object.keys(DEFAULT_ENVIRONMENTS)])];
  throw new UserError("no-environment", `There is no environment \`${name}\` under \`deploy\``, {
    remedy: `name one of ${known.map((one) => `\`${one}\``).join(", ")}, or add it`,
    at: place(["deploy"]),
  });
}

async function carriedOut(world: World, { mode, version, again, watched }: RollingOut): Promise<Outcome> {
  switch (mode) {
    case "tick":
      return tick(world, watched);
    case "rollback":
      return rollBack(world, version && bare(version));
    case "start":
      return start(world, await numberOf(world, version), again ?? false);
  }
}

async function numberOf({ versions, model }: World, version = "latest"): Promise<string> {
  if (version !== "latest") return bare(version);
  const newest = await versions.resolve(model, { newest: true });
  if (newest !== undefined) return newest.version.number;
  throw new UserError("no-version", `No version of ${model} is registered`, {
    remedy: "register one first: `mlops-actions register`, or actions/register-model",
  });
}

/** `v1.4.0`, `census@v1.4.0` and `1.4.0` are one. */
function bare(version: string): string {
  return version.replace(/^.*@/, "").replace(/^v(?=\d)/, "");
}

/** What is wrong with the rules of an environment is said before anything is done. */
function requireSound(project: Project<Section>, name: string, environment: Environment) {
  const { steps, traffic, metrics, guardrails } = environment;
  const at = (...path: (string | number)[]): Place => project.place(["deploy", name, ...path]);
  const refuse = (key: string, message: string, remedy: string) =>
    new UserError("invalid-value", message, { remedy, at: at(key) });
  const read = guardrailsOf(guardrails, (error, i) =>
    error.placed(project.place(["deploy", name, "guardrails", i], error.offset.from)),
  );
  if (traffic === undefined) return read;
  const [first = 1] = steps;
  if (steps.at(-1) !== 1 || first === 1 || steps.some((share, i) => i > 0 && share <= (steps[i - 1] ?? 0)))
    throw refuse(
      "steps",
      "The steps must grow, begin below 100% and end with it",
      "Write them as in `[5%, 25%, 50%, 100%]`.",
    );
  if (traffic.kind === "command" && metrics === undefined)
    throw refuse(
      "metrics",
      `\`deploy.${name}.metrics\` is missing: a command moves requests and does not count them`,
      "Add `metrics: { kind: prometheus, … }` or `{ kind: command, … }`.",
    );
  return read;
}
