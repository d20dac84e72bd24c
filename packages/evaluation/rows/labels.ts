import { type Judge, type Tables, UserError } from "@mlops-actions/core";
import { identifier } from "@mlops-actions/tables";
import { z } from "zod";
import type { Section } from "../section.ts";
import type { Classes } from "./answers.ts";
import { nearest } from "./unknown-column.ts";

function did(near: string | undefined): string {
  return near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `;
}

const SHOWN = 8;
const found = z.object({ value: z.string(), n: z.number() });

/** The classes of the task, checked against the labels that are really there. Regression has none. */
export async function classesOf(judge: Judge<Section>, tables: Tables, test: string): Promise<Classes> {
  const label = judge.data.label;
  if (label === undefined) throw new Error("asked for the classes of a project without a label");
  if (judge.task === "regression") return { names: [], positive: undefined };
  const column = identifier(label.column);
  const values = await tables.query(
    `SELECT CAST(${column} AS VARCHAR) AS value, count(*)::DOUBLE AS n FROM ${identifier(test)}
       WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY n DESC, value LIMIT 1000`,
    found,
  );
  const names = values.map(({ value }) => value);
  const listed = names
    .slice(0, SHOWN)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const at = judge.place(["data", "label"]);
  if (judge.task === "multiclass") {
    const declared = label.classes ?? [];
    const stranger = names.find((name) => !declared.includes(name));
    if (stranger !== undefined)
      throw new UserError(
        "unknown-label",
        `label ${JSON.stringify(stranger)} is none of \`data.label.classes\``,
        {
          remedy: `add it, or correct the data; the test rows have ${listed}`,
          at,
        },
      );
    return { names: declared, positive: undefined };
  }
  const positive = String(label.positive);
  const negatives = names.filter((name) => name !== positive);
  if (!names.includes(positive))
    throw new UserError("unknown-label", `no test row has the label ${JSON.stringify(positive)}`, {
      remedy: `${did(nearest(positive, names))}Set \`data.label.positive\` to a value of ${JSON.stringify(label.column)}: ${listed || "it is always missing"}`,
      at: judge.place(["data", "label", "positive"]),
    });
  if (negatives.length > 1)
    throw new UserError("too-many-labels", `a binary label has ${names.length} values here`, {
      remedy: `the test rows have ${listed}; correct the data, or use \`task: multiclass\``,
      at,
    });
  return { names: [negatives[0] ?? `not ${positive}`, positive], positive: 1 };
}
