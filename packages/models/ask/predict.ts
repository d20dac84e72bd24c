import { type Asking, listed, type OpenedTable, type Rows, shown } from "@mlops-actions/core";
import { modelFault } from "../fault.ts";
import type { OpenFile } from "../inspect/file.ts";
import { inspectModel } from "../inspect/inspect.ts";
import type { Answer, Feeds, Session } from "../onnxruntime.ts";
import { type Answers, answersOf } from "./answers.ts";
import { type Binding, bind } from "./binding.ts";
import type { Described } from "./described.ts";

/** Rows that are asked about at once; some 6 MB for a hundred columns of floats. */
const BATCH = 16_384;

/** Sessions of one model that can be asked at the same time. */
export interface Sessions extends Session {
  atOnce: number;
}

export interface Asked {
  rows: Rows;
  open: OpenFile;
  /** @param batches that there will be @throws UserError for a model that the runtime does not load */
  start(asked: Asking, bytes: Uint8Array, batches: number): Promise<Sessions>;
}

/** Answers for every row of a table, as another table. */
export async function predict(
  { rows, open, start }: Asked,
  asked: Asking & { into: string; keep: readonly string[] },
): Promise<OpenedTable> {
  const { facts, bytes } = await inspectModel(open, asked.model);
  const answers = answersOf(asked, facts);
  const binding = await bind(rows, asked, facts);
  checkKept(asked, binding, answers);
  const sessions = await start(asked, bytes, Math.ceil(binding.shape.rows / BATCH));
  try {
    const opened = await rows.answer({
      from: asked.from,
      into: asked.into,
      keep: asked.keep,
      read: binding.read,
      made: answers.made,
      batch: BATCH,
      atOnce: sessions.atOnce,
      answer: async (batch) => {
        const calls = binding.single
          ? Array.from({ length: batch.rows }, (_, at) => [at, at + 1] as const)
          : [[0, batch.rows] as const];
        const parts = [];
        for (const [from, to] of calls) {
          const answered = await run(sessions, asked, binding.feeds(batch, from, to), answers.outputs);
          parts.push(answers.take(answered, to - from));
        }
        return joined(parts, batch.rows);
      },
    });
    answers.finish();
    return opened;
  } finally {
    await sessions.close();
  }
}

/** One call of a model. @throws UserError with the runtime's words where it fails */
export async function run(
  session: Session,
  { model }: Described,
  feeds: Feeds,
  outputs: readonly string[],
): Promise<Readonly<Record<string, Answer>>> {
  try {
    return await session.run(feeds, outputs);
  } catch (cause) {
    throw modelFault(
      "model-failed",
      model,
      `could not answer: ${shown(cause instanceof Error ? cause.message : String(cause), 300)}.`,
      "Ask it in Python's onnxruntime about the same rows: it fails there as well.",
      cause,
    );
  }
}

function checkKept(
  { from, keep, model }: Asking & { keep: readonly string[] },
  { shape: { columns } }: Binding,
  { made }: Answers,
): void {
  const absent = keep.filter((name) => !columns.some((column) => column.name === name));
  if (absent.length > 0) throw new Error(`${from} has no ${listed(absent)} to keep`);
  const taken = made.find(({ name }) => keep.includes(name));
  if (taken !== undefined) {
    throw modelFault(
      "column-taken",
      model,
      `answers in a column ${shown(taken.name)}, but a column of that name is to go along.`,
      "Rename that column: `data.key` of mlops.yml names it, or `--keep` of `predict`.",
    );
  }
}

/** The answers of several calls as one. */
export function joined(
  parts: readonly (Float64Array | string[])[][],
  rows: number,
): readonly (Float64Array | string[])[] {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? [];
  return first.map((_, at) => {
    const values = parts.map((part) => part[at] as Float64Array | string[]);
    if (typeof values[0]?.[0] === "string") return (values as string[][]).flat();
    const numbers = new Float64Array(rows);
    for (const [row, [value]] of (values as Float64Array[]).entries()) numbers[row] = value as number;
    return numbers;
  });
}
