import type { MessagePort } from "node:worker_threads";
import { type LoadOnnxruntime, openSession } from "../onnxruntime.ts";
import type { Call, Member, Said } from "./crew.ts";
import { unpackTexts } from "./texts.ts";

/** A member's side: loads the model, then answers one call at a time until its thread is ended. */
export async function serveCrew(
  port: MessagePort,
  { bytes }: Member,
  load: LoadOnnxruntime | undefined,
): Promise<void> {
  const say = (said: Said) => port.postMessage(said);
  const failed = (error: unknown) =>
    say({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  try {
    const session = await openSession(load, bytes);
    port.on("message", ({ feeds, outputs }: Call) => {
      session.run(unpackTexts(feeds), outputs).then((answer) => say({ kind: "answer", answer }), failed);
    });
    say({ kind: "ready" });
  } catch (error) {
    failed(error);
  }
}
