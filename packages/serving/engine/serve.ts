import { UserError } from "@mlops-actions/core";
import { type AtHand, openAtHand } from "@mlops-actions/models";
import { loadNative } from "@mlops-actions/natives";
import { openPlain } from "@mlops-actions/tables";
import { type LoggedColumns, loggedColumns } from "../log/columns.ts";
import type { Signature } from "../protocol/columns.ts";
import { ofOnnx } from "../protocol/datatype.ts";
import { Refusal } from "../protocol/refusal.ts";
import { readRequest } from "../protocol/request.ts";
import { datatypeOf, writeResponse } from "../protocol/response.ts";
import type { Described, FromEngine, Infer, Start, ToEngine } from "./messages.ts";

interface Opened {
  start: Start;
  model: AtHand;
  signature: Signature;
  log: LoggedColumns | undefined;
}

/**
 * The side of the process that holds one model: bodies come in, answers go out. All that takes time (reading JSON, asking the model,
 * writing JSON) happens here, one request after the other, so that the server only moves bytes.
 */
export function serveEngine(child: NodeJS.Process): void {
  let opened: Opened | undefined;
  const say = (said: FromEngine) => void child.send?.(said);
  // Asked one after the other: the parent knows which request a death belongs to.
  let queue = Promise.resolve();
  child.on("disconnect", () => child.exit(0));
  // The server says when it is over; a Ctrl+C at its terminal reaches this process too.
  for (const signal of ["SIGINT", "SIGTERM"] as const) child.on(signal, () => undefined);
  child.on("message", (message: ToEngine) => {
    queue = queue.then(async () => {
      if (message.kind === "start") {
        try {
          opened = await open(message);
          say({ kind: "ready", described: describedOf(opened) });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          say({ kind: "fault", fault: error.toJSON() });
        }
        return;
      }
      if (opened === undefined) throw new Error("The first message is `start`");
      say(await answered(opened, message));
    });
  });
}

async function open(start: Start): Promise<Opened> {
  const { serve, natives, limits, log } = start;
  const model = await openAtHand(
    {
      open: openPlain,
      load: natives === undefined ? undefined : async () => loadNative(natives, "onnxruntime-node"),
    },
    { model: serve.source, sha256: serve.sha256, task: serve.task, asked: serve.interface },
  );
  const outputs = model.made.map(({ name }) => name);
  const columns = log === undefined ? undefined : loggedColumns(log, model.read, outputs);
  return {
    start,
    model,
    signature: {
      read: model.read,
      matrix: model.matrix,
      outputs,
      carried: columns?.carried ?? [],
      maxRows: limits.maxRows,
    },
    log: columns,
  };
}

async function answered(
  { start, model, signature, log }: Opened,
  { id, body, jsonBytes }: Infer,
): Promise<FromEngine> {
  try {
    const request = readRequest(
      Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      jsonBytes,
      signature,
    );
    const said = await model.answer(request.batch);
    const written = writeResponse(start.serve, request, model.made, said);
    return {
      kind: "answer",
      id,
      ...written,
      rows: request.batch.rows,
      logged: log?.rows(request, model.made, said),
    };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "refused", id, status: error.status, body: error.body() };
    if (error instanceof UserError) return { kind: "failed", id, message: error.message, isModel: true };
    const message = (error instanceof Error ? error.stack : undefined) ?? String(error);
    return { kind: "failed", id, message, isModel: false };
  }
}

function describedOf({ model }: Opened): Described {
  return {
    inputs: model.inputs.map(({ name, type, shape }) => ({
      name,
      type: ofOnnx(type),
      shape,
      ...(name === model.matrix && { columns: model.read.map(({ column }) => column) }),
    })),
    outputs: model.made.map((made) => ({ name: made.name, type: datatypeOf(made), shape: [null] })),
  };
}
