import type { MetricSpec } from "../metric-spec.ts";
import type { Argument, Metric } from "./ast.ts";
import { ConditionError, excerpt } from "./condition-error.ts";
import type { Quantity } from "./contrast.ts";
import { nearestMetric } from "./nearest-metric.ts";
import { printQuantity } from "./print.ts";
import { inBaseUnit } from "./units.ts";

/** A metric that exists, asked in a way that it can be asked. Equal keys are equal quantities. */
export interface Resolved {
  quantity: Quantity;
  spec: MetricSpec;
  key: string;
}

/** Finds what a metric of a condition means among those that a stage knows. Throws `ConditionError`. */
export function resolve(metric: Metric, specs: readonly MetricSpec[]): Resolved {
  const spec = specs.find(({ name }) => name === metric.name);
  if (spec === undefined) throw unknown(metric, specs);
  const fail = (code: string, message: string, remedy: string) =>
    new ConditionError(code, message, { remedy, offset: metric.at });

  if (!spec.sources.includes(metric.source))
    throw fail(
      "source",
      metric.source === "own"
        ? `\`${spec.name}\` stands for no model here`
        : `\`${spec.name}\` cannot be asked of \`${metric.source}\``,
      `Write ${spec.sources.map((source) => (source === "own" ? spec.name : `${source}.${spec.name}`)).join(" or ")}.`,
    );
  if (!spec.sliced && metric.where.length > 0)
    throw fail("slice", `\`${spec.name}\` has no slices`, `Write ${spec.name} without [ ].`);
  if (!spec.sliced && metric.over !== undefined)
    throw fail(
      "groups",
      `\`${spec.name}\` has no groups`,
      `Write ${spec.name} without \`${metric.over.how}\`.`,
    );
  if (metric.args.length < spec.required || metric.args.length > spec.args.length)
    throw fail("arguments", `\`${spec.name}\` ${counted(spec, metric.args.length)}`, `Write ${usage(spec)}.`);
  const args = metric.args.map((argument, index) => {
    const wanted = spec.args[index] as MetricSpec["args"][number];
    if (!fits(argument, wanted))
      throw fail(
        "arguments",
        `Argument ${index + 1} of \`${spec.name}\` ${WANTED[wanted]}`,
        `Write ${usage(spec)}.`,
      );
    return "literal" in argument ? { number: inBaseUnit(argument.literal).value } : argument;
  });
  const { source, name, where, over } = metric;
  const quantity: Quantity = { source, name, args, where, ...(over && { over }) };
  return { quantity, spec, key: printQuantity(quantity) };
}

const WANTED = {
  column: "is a column, plain or in backticks",
  table: "is a table, such as train or test",
  number: "is a number",
  text: "is a text in double quotes",
} as const;

function fits(argument: Argument, wanted: MetricSpec["args"][number]): boolean {
  if (wanted === "number") return "literal" in argument;
  return wanted === "text" ? "quoted" in argument : "column" in argument;
}

function counted(spec: MetricSpec, given: number): string {
  if (spec.args.length === 0) return "takes no arguments";
  const [least, most] = [spec.required, spec.args.length];
  const wanted = least === most ? `${most}` : `${least} to ${most}`;
  return `takes ${wanted} argument${wanted === "1" ? "" : "s"}, not ${given}`;
}

function usage({ name, args, required }: MetricSpec): string {
  const examples = { column: "age", table: "train", number: "10", text: '"F"' };
  const shown = args.slice(0, Math.max(1, required)).map((kind) => examples[kind]);
  return shown.length === 0 ? name : `${name}(${shown.join(", ")})`;
}

const OWN_WORDS = ["candidate", "own", "new", "current", "canary", "challenger", "model"];
const BASELINE_WORDS = ["base", "champion", "main", "old", "previous", "production"];

function unknown(metric: Metric, specs: readonly MetricSpec[]): ConditionError {
  const known = specs.map(({ name }) => name);
  const [first = "", ...rest] = metric.name.split(".");
  const end = rest.join(".");
  const offset = metric.at;
  const named = `\`${excerpt(metric.name)}\``;
  if (known.includes(end) && OWN_WORDS.includes(first))
    return new ConditionError("metric", `${named}: the model that is judged has no prefix`, {
      remedy: `Write ${end}.`,
      offset,
    });
  if (known.includes(end) && BASELINE_WORDS.includes(first))
    return new ConditionError("metric", `${named}: the model of comparison is called \`baseline\``, {
      remedy: `Write baseline.${end}.`,
      offset,
    });
  const nearest = nearestMetric(metric.name, known);
  return new ConditionError("metric", `There is no metric ${named} here`, {
    remedy: nearest === undefined ? `Metrics here: ${known.join(", ")}.` : `Did you mean ${nearest}?`,
    offset,
  });
}
