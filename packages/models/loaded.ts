import { shown } from "@mlops-actions/core";
import type { Described } from "./ask/described.ts";
import { modelFault } from "./fault.ts";
import type { Session } from "./onnxruntime.ts";

/** @throws UserError `model-not-loaded` with the runtime's own words */
export async function loaded<Opened extends Session>(
  { model }: Described,
  start: () => Promise<Opened>,
): Promise<Opened> {
  try {
    return await start();
  } catch (cause) {
    throw modelFault(
      "model-not-loaded",
      model,
      `is not loaded by onnxruntime: ${shown(cause instanceof Error ? cause.message : String(cause), 300)}.`,
      "Load it in Python's onnxruntime of the same version: it fails there as well. Export the model again.",
      cause,
    );
  }
}
