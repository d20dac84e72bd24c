export { type AtHand, openAtHand } from "./ask/at-hand.ts";
export { plain as plainName, typesAsked } from "./ask/binding.ts";
export { declaredClasses } from "./ask/classes.ts";
export type { Member } from "./crew/crew.ts";
export { serveCrew } from "./crew/serve.ts";
export type { OpenFile } from "./inspect/file.ts";
export { inspectModel } from "./inspect/inspect.ts";
export { type ModelsOptions, openOnnx } from "./models.ts";
