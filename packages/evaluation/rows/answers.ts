import type { Judge, OpenedTable, Place } from "@mlops-actions/core";
import { identifier, literal } from "@mlops-actions/tables";
import type { Metric } from "../metric/metric.ts";
import type { Section } from "../section.ts";
import { unknownColumn } from "./unknown-column.ts";

/** What one file of predictions offers, and how its columns become ours. */
export interface Answers {
  /** Columns of the predictions file that are used. */
  columns: readonly string[];
  /** Those that must be finite numbers wherever the model was asked. */
  numeric: readonly string[];
  forms: ReadonlySet<Metric["from"]>;
  /** Binary scores decide for the positive class from here on; `null` where nothing is decided by a score. */
  decidesAt: number | null;
  /** SQL items over the paired table: `prefix` is `b_` or `a_`, `source` names our columns. */
  items(prefix: "a_" | "b_", source: "own" | "baseline"): string[];
}

type Task = Pick<Judge<Section>, "task">["task"];

export interface Classes {
  names: readonly string[];
  /** Binary: the label that is not positive, where the labels have one. */
  positive: number | undefined;
}

interface Side {
  score?: string | undefined;
  decision?: string | undefined;
  prediction?: string | undefined;
}

/** Reads which columns hold the answers. The defaults are the contract of a predict command: `score`, `p_<class>` or `label`, `prediction`. */
export function answersOf(
  task: Task,
  side: Side,
  table: OpenedTable,
  classes: Classes,
  options: {
    threshold: number;
    /** The file as the user wrote it, its section in `mlops.yml`, and where a key of that stands. */
    label: string;
    key: string;
    place(key: string): Place;
  },
): Answers {
  const has = new Set(table.columns.map(({ name }) => name));
  const column = (name: string, key: string) => {
    if (!has.has(name))
      throw unknownColumn(name, options.label, [...has], {
        key: `${options.key}.${key}`,
        at: options.place(key),
      });
    return name;
  };
  if (task === "regression") return numbers(column(side.prediction ?? "prediction", "prediction"));
  if (
    task === "multiclass" &&
    side.decision === undefined &&
    classes.names.every((name) => has.has(`p_${name}`))
  )
    return probabilities(classes.names);
  if (task === "multiclass") return decisions(column(side.decision ?? "label", "decision"), classes.names);
  const score = side.score ?? (side.decision === undefined ? "score" : undefined);
  const decision = side.decision === undefined ? undefined : column(side.decision, "decision");
  if (score === undefined) return decisions(decision as string, classes.names);
  return scores(column(score, "score"), decision, classes.names, options.threshold);
}

function numbers(column: string): Answers {
  return {
    columns: [column],
    numeric: [column],
    forms: new Set(["number", "label"]),
    decidesAt: null,
    items: (prefix, source) => [`${cell(prefix, column)}::DOUBLE AS ${source}_value`],
  };
}

function scores(
  column: string,
  decision: string | undefined,
  classes: readonly string[],
  threshold: number,
): Answers {
  return {
    columns: decision === undefined ? [column] : [column, decision],
    numeric: [column],
    decidesAt: decision === undefined ? threshold : null,
    forms: new Set(["score", "probability", "decision", "label"]),
    items: (prefix, source) => {
      const score = `${cell(prefix, column)}::DOUBLE`;
      return [
        `${score} AS ${source}_score`,
        `1 - ${score} AS ${source}_p0`,
        `${score} AS ${source}_p1`,
        decision === undefined
          ? `(${score} >= ${literal(threshold)})::INTEGER AS ${source}_decision`
          : `${classIndex(cell(prefix, decision), classes)} AS ${source}_decision`,
      ];
    },
  };
}

function probabilities(classes: readonly string[]): Answers {
  const columns = classes.map((name) => `p_${name}`);
  return {
    columns,
    numeric: columns,
    decidesAt: null,
    forms: new Set(["score", "probability", "decision", "label"]),
    items: (prefix, source) => {
      const all = columns.map((column) => `${cell(prefix, column)}::DOUBLE`);
      return [
        ...all.map((p, k) => `${p} AS ${source}_p${k}`),
        // Ties go to the first class in the declared order, whatever the engine's order of rows.
        `list_position([${all.join(", ")}], greatest(${all.join(", ")})) - 1 AS ${source}_decision`,
      ];
    },
  };
}

function decisions(column: string, classes: readonly string[]): Answers {
  return {
    columns: [column],
    numeric: [],
    decidesAt: null,
    forms: new Set(["decision", "label"]),
    items: (prefix, source) => [`${classIndex(cell(prefix, column), classes)} AS ${source}_decision`],
  };
}

/** Index of a label among the classes that it surely is one of. */
export function indexOf(sql: string, classes: readonly string[]): string {
  const list = classes.map((name) => literal(name)).join(", ");
  return `list_position([${list}], CAST(${sql} AS VARCHAR)) - 1`;
}

/** Index of a label among the classes; one past the last for anything else, a missing answer too: it is wrong for every class. */
export function classIndex(sql: string, classes: readonly string[]): string {
  return `coalesce(${indexOf(sql, classes)}, ${classes.length})`;
}

function cell(prefix: string, column: string): string {
  return identifier(`${prefix}${column}`);
}
