import type { Clock, Progress, Snapshot, Tables } from "@mlops-actions/core";
import { loadProject } from "@mlops-actions/project";
import { type Details, validate } from "@mlops-actions/validation";
import { gapsAllowed } from "./column-rule.ts";
import { overlaid } from "./overlaid.ts";
import { type Proposal, projectFile } from "./project-file.ts";

/** A proposal that holds for today's data, and what was left out of it so that it does. */
export interface Tried {
  proposal: Proposal;
  text: string;
  /** `max of age`, `overlap(train, test) = 0` */
  leftOut: readonly string[];
}

/** Gives an engine of its own to whatever measures. */
export type Measuring = <T>(use: (tables: Tables) => Promise<T>) => Promise<T>;

/**
 * Validates a proposal as it would be written, leaves out what today's data does not keep, and validates again. A rule that fails on the first day
 * would only be switched off; what was left out is told, since it may be a fault of the data.
 * @throws UserError what loading or reading says
 */
export async function tried(
  proposal: Proposal,
  at: { tree: Snapshot; root: string; path: string; file: string },
  ports: { progress: Progress; clock: Clock },
  measuring: Measuring,
): Promise<Tried> {
  const validated = async (text: string) => {
    const { tree, root, path, file } = at;
    const loaded = await loadProject({ stage: validate, head: overlaid(tree, file, text), path, root });
    if (loaded.kind === "fault") throw loaded.error;
    const { project } = loaded;
    return measuring((tables) =>
      validate.run(project, [], { ...ports, tables }, new AbortController().signal),
    );
  };
  const first = await validated(projectFile(proposal));
  const broken = first.details.rules.filter(({ verdict }) => verdict !== "pass");
  const unkept = new Set(
    first.judged.flatMap(({ verdict, condition }) => (verdict === "pass" ? [] : [condition])),
  );
  const kept = without(proposal, broken, unkept);
  const text = projectFile(kept);
  if (kept !== proposal) {
    const second = await validated(text);
    if (second.verdict !== "pass") throw new Error(`The proposal still does not hold:\n${text}`);
  }
  return {
    proposal: kept,
    text,
    leftOut: [
      ...new Set([
        ...broken.map(({ column, key }) => `${key} of ${column}`),
        ...proposal.checks.filter((check) => !kept.checks.includes(check)),
      ]),
    ],
  };
}

function without(proposal: Proposal, broken: Details["rules"], unkept: ReadonlySet<string>): Proposal {
  if (broken.length === 0 && unkept.size === 0) return proposal;
  const columns = Object.entries(proposal.columns).map(([name, rule]) => {
    const own = broken.filter(({ column }) => column === name);
    const keys = own.map(({ key }) => (key === "missing" ? "max_missing" : key));
    const kept = Object.fromEntries(Object.entries(rule).filter(([key]) => !keys.includes(key)));
    const missing = own.find(({ key }) => key === "missing");
    return [
      name,
      {
        ...kept,
        ...(missing && { max_missing: gapsAllowed(missing.broken, missing.rows) }),
        ...(keys.includes("exists") && { table: "train" }),
      },
    ] as const;
  });
  return {
    ...proposal,
    columns: Object.fromEntries(columns) as Proposal["columns"],
    checks: proposal.checks.filter((check) => !unkept.has(check)),
  };
}
