import {
  ConditionError,
  type Contrast,
  type Judge,
  type Judged,
  type MetricSpec,
  normalise,
  parseCondition,
  printCondition,
  UserError,
} from "@mlops-actions/core";
import { metricsOf } from "./metric/registry.ts";
import type { Section } from "./section.ts";

/** One condition of the section, read and brought to a contrast. */
export interface Rule {
  role: Exclude<Judged["role"], "check">;
  /** Canonical text. */
  condition: string;
  contrast: Contrast;
  path: readonly (string | number)[];
  /** Names the baseline. */
  isPaired: boolean;
}

/** Reads the conditions before any data is opened. A fault says where in `mlops.yml` it stands. */
export function rulesOf(judge: Judge<Section>): Rule[] {
  const { primary, guardrails } = judge.section;
  const specs = metricsOf(judge.task);
  const own = primary === undefined ? [] : [rule(judge, specs, "primary", primary, ["evaluate", "primary"])];
  return [
    ...own,
    ...guardrails.map((text, i) => rule(judge, specs, "guardrail", text, ["evaluate", "guardrails", i])),
  ];
}

/** The columns of the test table that the rules ask about. */
export function columnsOf(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ contrast }) =>
    contrast.terms.flatMap(({ quantity: { where, over } }) => [
      ...where.map(({ column }) => column),
      ...(over?.by.flat() ?? []),
    ]),
  );
}

function rule(
  judge: Judge<Section>,
  specs: readonly MetricSpec[],
  role: Rule["role"],
  text: string,
  path: Rule["path"],
): Rule {
  try {
    const condition = parseCondition(text);
    const contrast = normalise(condition, specs);
    const quantities = contrast.terms.map(({ quantity }) => quantity);
    const isPaired = quantities.some(({ source, name }) => source === "baseline" || name === "flips");
    return { role, condition: printCondition(condition), contrast, path, isPaired };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw error.placed(judge.place(path, error.offset.from));
  }
}

/** Gives a fault of binding the place of its condition. */
export async function placed<Result>(
  judge: Judge<Section>,
  { path }: Pick<Rule, "path">,
  bind: () => Promise<Result>,
): Promise<Result> {
  try {
    return await bind();
  } catch (error) {
    if (!(error instanceof UserError) || error.at !== undefined) throw error;
    throw new UserError(error.code, error.message, {
      remedy: error.remedy,
      at: judge.place(path),
      cause: error,
    });
  }
}
