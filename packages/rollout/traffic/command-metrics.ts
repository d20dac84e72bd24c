import { type SlotCounters, type TrafficMetrics, type TrafficSlot, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { jsonOf } from "./json.ts";
import { type Commands, runCommand } from "./run-command.ts";

const count = z.int().nonnegative();
const counters = z.strictObject({
  requests: count,
  errors: count,
  keys: z.strictObject({ seen: count, bad: count }).optional(),
  latency: z
    .strictObject({
      sum: z.number().nonnegative(),
      buckets: z.array(z.strictObject({ upTo: z.number(), count })),
    })
    .optional(),
});
const answer = z.strictObject({
  since: z.iso.datetime({ offset: true }).optional(),
  slots: z.record(z.string(), counters),
});

/** Counters that a command of the project's prints, by version or by place, all since counting began. */
export function commandMetrics(
  { model, run, time }: { model: string; run: string; time: number },
  commands: Commands,
  now: () => Date,
): TrafficMetrics {
  const ask = async () => {
    const text = await runCommand(run, { MLOPS_MODEL: model }, time, commands);
    const read = answer.safeParse(jsonOf(text));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw new UserError(
      "command-answer",
      `The metrics' command printed what cannot be read: ${issue?.path.join(".") || "it"}: ${issue?.message}`,
      {
        remedy:
          'let it print JSON and nothing else: `{ "since": "…", "slots": { "1.4.0": { "requests": 9120, "errors": 88 } } }`',
      },
    );
  };
  const of = (slots: Readonly<Record<string, SlotCounters>>, asked: readonly TrafficSlot[]) =>
    new Map(
      asked.flatMap(({ slot, version }) => {
        const found = (version === null ? undefined : slots[version]) ?? slots[slot];
        return found === undefined ? [] : [[slot, found] as const];
      }),
    );
  return {
    read: async (asked) => of((await ask()).slots, asked),
    async recent(asked) {
      const { since, slots } = await ask();
      if (since === undefined) return undefined;
      return { counted: of(slots, asked), seconds: (now().getTime() - Date.parse(since)) / 1000 };
    },
  };
}
