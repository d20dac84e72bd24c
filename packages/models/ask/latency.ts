import type { Asking, LatencyBlock } from "@mlops-actions/core";
import { inspectModel } from "../inspect/inspect.ts";
import type { Feeds, Session } from "../onnxruntime.ts";
import { answersOf } from "./answers.ts";
import { bind } from "./binding.ts";
import { type Asked, run } from "./predict.ts";

/** Rows that are asked about in turn, so that no cache answers for the model. */
const ROWS = 500;
/** Calls of each model before anything is timed. */
const WARM_UP = 50;

interface Ready {
  asked: Asking;
  session: Session;
  feeds: readonly Feeds[];
  outputs: readonly string[];
}

/** Times single answers: the models take turns call by call, and who goes first changes with every call. */
export async function latency(
  how: Asked,
  of: { own: Asking; baseline?: Asking | undefined; blocks: number; calls: number },
): Promise<LatencyBlock[]> {
  const ready: Ready[] = [];
  try {
    for (const asked of [of.own, of.baseline]) if (asked !== undefined) ready.push(await prepare(how, asked));
    for (let call = 0; call < WARM_UP; call++) for (const one of ready) await timed(one, call);
    const blocks: LatencyBlock[] = [];
    for (let block = 0; block < of.blocks; block++) {
      const spent = ready.map(() => [] as number[]);
      for (let call = 0; call < of.calls; call++) {
        const turn = ready.map((one, at) => ({ one, times: spent[at] as number[] }));
        if ((block + call) % 2 === 1) turn.reverse();
        for (const { one, times } of turn) times.push(await timed(one, block * of.calls + call));
      }
      blocks.push({ own: spent[0] ?? [], baseline: spent[1] ?? [] });
    }
    return blocks;
  } finally {
    for (const { session } of ready) await session.close();
  }
}

async function prepare({ rows, open, start }: Asked, asked: Asking): Promise<Ready> {
  const { facts, bytes } = await inspectModel(open, asked.model);
  const { outputs } = answersOf(asked, facts);
  const binding = await bind(rows, asked, facts);
  const batch = await rows.first(asked.from, binding.read, ROWS);
  if (batch.rows === 0) throw new Error(`${asked.from} has no row to ask about`);
  const feeds = Array.from({ length: batch.rows }, (_, at) => binding.feeds(batch, at, at + 1));
  return { asked, session: await start(asked, bytes, 1), feeds, outputs };
}

/** Seconds of one call. */
async function timed({ asked, session, feeds, outputs }: Ready, call: number): Promise<number> {
  const one = feeds[call % feeds.length] as Feeds;
  const before = process.hrtime.bigint();
  await run(session, asked, one, outputs);
  return Number(process.hrtime.bigint() - before) / 1e9;
}
