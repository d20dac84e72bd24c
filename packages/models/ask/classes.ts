import type { InspectedModel, ModelInterface, Task } from "@mlops-actions/core";
import { same } from "./class-order.ts";

/**
 * The classes as a model's own version declares them, where no project does: binary with the positive one last. What the version does not
 * say is taken from the graph.
 */
export function declaredClasses(
  task: Task,
  { classes, positive }: Pick<ModelInterface, "classes" | "positive">,
  facts: Pick<InspectedModel, "classes">,
): readonly string[] {
  if (task === "regression") return [];
  const named = facts.classes ?? [];
  if (task === "multiclass") return classes ?? named;
  if (positive === undefined) return named.length === 2 ? named : ["0", "1"];
  const others = named.filter((name) => !same(name, positive));
  // Where the graph knows positions only, the name of the other class is nobody's business.
  return others.length < named.length ? [...others, positive] : [`not ${positive}`, positive];
}
