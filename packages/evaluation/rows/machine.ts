import type { Models, Task } from "@mlops-actions/core";
import type { Machine } from "../estimate/machine.ts";
import type { Metric } from "../metric/metric.ts";
import { askingOf } from "./asked.ts";
import type { Opened, OpenedSide } from "./opened.ts";

// Twenty blocks are the least for a t interval over blocks; fifty calls each give a p95 its meaning.
const BLOCKS = 20;
const CALLS = 50;

/** What the models are on this machine: how large, and, when somebody asks, how fast. */
export function machineOf(models: Models, task: Task, { candidate, baseline, classes }: Opened): Machine {
  const asking = (side: OpenedSide | undefined) =>
    side?.asking &&
    askingOf(side.asking, {
      label: side.label,
      task,
      classes: side.asking.model.interface.classes ?? classes.names,
    });
  let timed: ReturnType<Machine["latency"]> | undefined;
  return {
    size: { own: candidate.size, baseline: baseline?.size },
    latency() {
      const own = asking(candidate);
      if (own === undefined) throw new Error("timed a model that cannot be asked here");
      timed ??= models.latency({ own, baseline: asking(baseline), blocks: BLOCKS, calls: CALLS });
      return timed;
    },
  };
}

/** The forms of a side's answers, and with them what may be asked of the model itself. */
export function withMachine(
  forms: ReadonlySet<Metric["from"]>,
  side: OpenedSide | undefined,
): ReadonlySet<Metric["from"]> {
  const more: Metric["from"][] = [
    ...(side?.asking === undefined ? [] : ["model" as const]),
    ...(side?.size === undefined ? [] : ["file" as const]),
  ];
  return new Set([...forms, ...more]);
}
