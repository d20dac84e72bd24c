import { setOutput } from "@actions/core";

/** The outputs of an action by name, declared once. */
export type OutputSpecs = Readonly<Record<string, { description: string }>>;

/** Writes every declared output. Names come from the declaration, never from data; what is absent is the empty text. */
export function writeOutputs<Specs extends OutputSpecs>(
  specs: Specs,
  values: { [Name in keyof Specs]: string | undefined },
): void {
  for (const name of Object.keys(specs)) setOutput(name, values[name] ?? "");
}
