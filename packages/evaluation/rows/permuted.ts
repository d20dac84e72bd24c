import { type Judge, type Tables, UserError } from "@mlops-actions/core";
import { identifier } from "@mlops-actions/tables";
import { z } from "zod";
import type { Section } from "../section.ts";
import type { OpenedSide } from "./opened.ts";

const cell = z.object({ y: z.number(), answer: z.number(), n: z.number() });
/** Rows of a class below which its commonest answer says little. */
const LEAST = 30;

/**
 * Refuses a model whose classes stand in another order than the project's: most rows of one class are answered with one other class, and of
 * that with a third or the first. A bad model is rarely wrong so neatly.
 */
export async function refusePermuted(
  tables: Tables,
  name: string,
  { judge, side, classes }: { judge: Judge<Section>; side: OpenedSide; classes: readonly string[] },
): Promise<void> {
  if (judge.task !== "multiclass" || side.asking === undefined) return;
  const cells = await tables.query(
    `SELECT y::DOUBLE AS y, own_decision::DOUBLE AS answer, count(*)::DOUBLE AS n FROM ${identifier(name)} GROUP BY ALL`,
    cell,
  );
  const answered = classes.map((_, k) => commonest(cells.filter(({ y }) => y === k)));
  const moved = answered.flatMap((to, k) => (to === undefined || to === k ? [] : [{ k, to }]));
  const targets = new Set(moved.map(({ to }) => to));
  const isClosed =
    moved.length >= 2 && moved.every(({ k }) => targets.has(k)) && targets.size === moved.length;
  if (!isClosed) return;
  const shown = moved.map(({ k, to }) => `"${classes[k]}" is answered with "${classes[to]}"`).join(", ");
  throw new UserError(
    "classes-permuted",
    `the classes of ${side.label} stand in another order than \`data.label.classes\`: ${shown}`,
    {
      remedy:
        "write the classes in the order of the model's scores, or train with them in the order of `data.label.classes`",
      at: judge.place(["data", "label", "classes"]),
    },
  );
}

/** The answer that more than half of a class's rows get, where there are enough of them. */
function commonest(cells: readonly z.infer<typeof cell>[]): number | undefined {
  const total = cells.reduce((sum, { n }) => sum + n, 0);
  return total < LEAST ? undefined : cells.find(({ n }) => n > total / 2)?.answer;
}
