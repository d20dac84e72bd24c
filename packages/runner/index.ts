export { notify } from "./annotations.ts";
export { conduct } from "./conduct.ts";
export { defuse } from "./defuse.ts";
export { type Delivery, deliver, deliveryOutputs } from "./deliver.ts";
export { type InputSpec, type InputSpecs, type Inputs, readInputs, secretsOf } from "./inputs.ts";
export { type OutputSpecs, writeOutputs } from "./outputs.ts";
export { logProgress } from "./progress.ts";
export { followProxy } from "./proxy.ts";
export { MAX_SUMMARY_BYTES } from "./summary.ts";
