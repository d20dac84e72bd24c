import { UserError } from "@mlops-actions/core";
import { z } from "zod";

/** One input of an action, declared once: read from here, written from here into `action.yml` and the README. */
export interface InputSpec {
  description: string;
  /** `list`: one item a line, or separated by commas. `secret`: registered with the log's masking before anything else. */
  as: "text" | "path" | "flag" | "list" | "secret";
  required?: true;
  /** As `action.yml` has it: the runner fills it in, expressions included. */
  default?: string;
}
export type InputSpecs = Readonly<Record<string, InputSpec>>;

type Value<Spec extends InputSpec> = Spec["as"] extends "flag"
  ? boolean
  : Spec["as"] extends "list"
    ? string[]
    : string;
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
type IsAlways<Spec extends InputSpec> = Spec extends { required: true } | { default: string } ? true : false;

/** What was read: `changed-only` is `changedOnly`; what may be absent is `undefined`, never an empty text. */
export type Inputs<Specs extends InputSpecs> = {
  [Name in keyof Specs & string as Camel<Name>]: IsAlways<Specs[Name]> extends true
    ? Value<Specs[Name]>
    : Value<Specs[Name]> | undefined;
};

// YAML 1.2's core schema, as @actions/core has it.
const flag = z
  .enum(["true", "True", "TRUE", "false", "False", "FALSE"])
  .transform((text) => text.toLowerCase() === "true");

/**
 * Reads all inputs at once, before anything happens. @throws UserError `input` naming the input, the value and the way out
 */
export function readInputs<const Specs extends InputSpecs>(
  specs: Specs,
  environment: Readonly<Record<string, string | undefined>>,
): Inputs<Specs> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [camel(name), read(name, spec, environment[variable(name)])]),
  ) as Inputs<Specs>;
}

/** The texts of all secret inputs, for masking. Never throws: masking comes before reading. */
export function secretsOf(
  specs: InputSpecs,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.entries(specs)
    .filter(([, spec]) => spec.as === "secret")
    .map(([name]) => environment[variable(name)]?.trim() ?? "")
    .filter((secret) => secret !== "");
}

function read(
  name: string,
  spec: InputSpec,
  given: string | undefined,
): string | boolean | string[] | undefined {
  const text = given?.trim() || literalDefault(spec);
  if (text === undefined) {
    if (spec.required === undefined) return undefined;
    throw new UserError("input", `The input \`${name}\` is required`, {
      remedy: `add \`${name}:\` below \`with:\``,
    });
  }
  switch (spec.as) {
    case "text":
    case "secret":
      return text;
    case "path":
      if (text.includes("\0")) throw refused(name, text, "a path");
      return text;
    case "list":
      return text
        .split(/[\n,]/)
        .map((item) => item.trim())
        .filter((item) => item !== "");
    case "flag": {
      const value = flag.safeParse(text);
      if (!value.success) throw refused(name, text, "`true` or `false`");
      return value.data;
    }
  }
}

// An expression can only be filled in by the runner; without one there is nothing to read.
function literalDefault({ default: value }: InputSpec): string | undefined {
  return value === undefined || value === "" || value.includes("${{") ? undefined : value;
}

function refused(name: string, seen: string, wanted: string): UserError {
  const shown = seen.length > 80 ? `${seen.slice(0, 79)}…` : seen;
  return new UserError("input", `The input \`${name}\` is \`${shown}\`, not ${wanted}`, {
    remedy: `write \`${name}: \` with ${wanted} below \`with:\``,
  });
}

// The runner keeps hyphens.
function variable(name: string): string {
  return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
