import { explainYamlTrap, UserError } from "@mlops-actions/core";
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { formsAt, type JsonSchema } from "./schema.ts";
import type { Path, Source } from "./source.ts";
import { CONDITION_KEYS, FOREIGN, FORMS, LATER } from "./words.ts";

type Issue = z.core.$ZodIssue;

/** Says the most telling of zod's issues in our words, at its place in the file. */
export function explain(issues: readonly Issue[], source: Source, schema: JsonSchema): UserError {
  const found = issues.flatMap((issue) => leaves(issue, source));
  // A misspelt key also makes the right one missing: the misspelling is what helps.
  const first =
    found.find((issue) => issue.code === "unrecognized_keys") ??
    found.toSorted((a, b) => line(a, source) - line(b, source))[0];
  if (first === undefined) throw new Error("zod refused a value without an issue");
  return one(first, source, schema);
}

function line(issue: Issue, source: Source): number {
  return source.place(issue.path as Path).line ?? 0;
}

/** Of a union, the branch that the value was meant for: the one whose own kind fits it. */
function leaves(issue: Issue, source: Source): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find((branch) =>
    branch.every((inner) => inner.path.length > 0 || !["invalid_type", "invalid_value"].includes(inner.code)),
  );
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => leaves({ ...inner, path: [...issue.path, ...inner.path] }, source));
}

function one(issue: Issue, source: Source, schema: JsonSchema): UserError {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys")
    return unknownKey([...path, issue.keys[0] as string], source, schema);

  const value = valueAt(source.value, path);
  const name = dotted(path);
  const at = source.place(path);
  const fault = (code: string, message: string, remedy: string) =>
    new UserError(code, message, { remedy, at });
  const expected = formsAt(schema, path);

  if (value === undefined)
    return fault("missing-key", `\`${name}\` is missing`, `Add \`${path.at(-1)}:\`${means(expected)}`);
  const trap = path.some((step) => CONDITION_KEYS.includes(String(step)))
    ? explainYamlTrap(value)
    : undefined;
  if (trap !== undefined) return fault("condition-yaml", trap.message, trap.remedy);
  if (value === null && path.length > 0)
    return fault(
      "empty-value",
      `\`${name}\` has no value`,
      "Write one after the colon, or take the line out.",
    );

  switch (issue.code) {
    case "invalid_value": {
      const words = issue.values.map(String);
      return fault("invalid-value", `\`${name}\` cannot be ${shown(value)}`, oneOf(String(value), words));
    }
    case "invalid_format": {
      const form = FORMS[general(path)];
      if (form === undefined) break;
      return fault("invalid-value", `\`${excerpt(String(value))}\` ${form.message}`, form.remedy);
    }
    case "invalid_key":
      return fault(
        "invalid-value",
        `\`${excerpt(String(path.at(-1)))}\` cannot be a name here`,
        "Use a-z, 0-9, `-` and `_`, beginning with a letter or digit.",
      );
    case "too_small":
    case "too_big": {
      const limit = issue.code === "too_small" ? issue.minimum : issue.maximum;
      const size = `${issue.code === "too_small" ? "more than" : "less than"} ${limit}`;
      const bound = issue.inclusive
        ? `${issue.code === "too_small" ? "at least" : "at most"} ${limit}`
        : size;
      if (issue.origin === "array")
        return fault(
          "invalid-value",
          `\`${name}\` has too ${issue.code === "too_small" ? "few" : "many"} entries`,
          `Write ${bound}.`,
        );
      if (issue.origin === "string")
        return fault("invalid-value", `\`${name}\` is an empty text`, "Write a name.");
      return fault("invalid-value", `\`${name}\` is ${shown(value)}`, `Write a number of ${bound}.`);
    }
    case "invalid_union":
    case "invalid_type":
      return fault(
        "invalid-value",
        `${name === "" ? "The file" : `\`${name}\``} cannot be ${shown(value)}`,
        kindRemedy(value, name, expected),
      );
  }
  return fault("invalid-value", `\`${name}\` cannot be ${shown(value)}`, kindRemedy(value, name, expected));
}

function unknownKey(path: Path, source: Source, schema: JsonSchema): UserError {
  const key = String(path.at(-1));
  const container = path.slice(0, -1);
  const within = dotted(container);
  const known = [
    ...new Set(formsAt(schema, container).flatMap((form) => Object.keys(form.properties ?? {}))),
  ];
  const at = source.placeOfKey(path);
  const table = within === "evaluate.baseline" ? "evaluate.candidate" : general(container);
  if (LATER[within]?.includes(key))
    return new UserError("later-key", `\`${dotted(path)}\` is not read by this version`, {
      remedy: "Take it out until a version reads it: a rule that is silently ignored is worse than none.",
      at,
    });
  const foreign = Object.hasOwn(FOREIGN[table] ?? {}, key) ? FOREIGN[table]?.[key] : undefined;
  return new UserError("unknown-key", `Unknown key \`${key}\`${within === "" ? "" : ` in \`${within}\``}`, {
    remedy: foreign ?? oneOf(key, known),
    at,
  });
}

// A column's name is the user's own.
function general([first, ...rest]: Path): string {
  if (first === "data" && rest[0] === "columns" && rest.length > 1)
    return dotted([first, "columns", "*", ...rest.slice(2)]);
  if (first === "deploy" && rest.length > 0) return dotted([first, "*", ...rest.slice(1)]);
  return dotted(first === undefined ? [] : [first, ...rest]);
}

/** The nearest right word where one is near, otherwise all of them. */
export function oneOf(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined
    ? `Write one of ${known.map((name) => `\`${name}\``).join(", ")}.`
    : `Did you mean \`${near}\`?`;
}

export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closest(word.toLowerCase(), known);
  return distance(word.toLowerCase(), near) <=
    (near.length < 4 ? 1 : Math.max(2, Math.floor(near.length / 3)))
    ? near
    : undefined;
}

export function dotted(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step + 1}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (below, step) =>
      typeof below === "object" && below !== null
        ? (below as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

function shown(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? `the text \`${excerpt(value)}\`` : `\`${value}\``;
}

function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "`true` or `false`",
  array: "a list",
};

function kinds(forms: readonly JsonSchema[]): string {
  const names = forms.flatMap((form) => {
    if (form.const !== undefined) return [`\`${String(form.const)}\``];
    if (form.enum !== undefined) return form.enum.map((value) => `\`${String(value)}\``);
    if (form.properties !== undefined)
      return [
        `a mapping with ${Object.keys(form.properties)
          .map((key) => `\`${key}\``)
          .join(", ")}`,
      ];
    return [form.type ?? []].flat().flatMap((type) => KINDS[type] ?? []);
  });
  return [...new Set(names)].join(" or ");
}

function kindRemedy(value: unknown, name: string, expected: readonly JsonSchema[]): string {
  if (name === "evaluate.baseline" && typeof value === "string")
    return "Write an environment such as `production`, `latest`, a version such as `1.4.0`, `base`, `none`, or `{ predictions: FILE }`.";
  if (
    typeof value === "string" &&
    /^(?:no|off|yes|on)$/i.test(value) &&
    expected.some((form) => form.type === "boolean")
  )
    return `Write \`${/^(?:no|off)$/i.test(value) ? "false" : "true"}\`.`;
  const wantsText = expected.some(
    (form) => form.type === "string" && form.const === undefined && form.enum === undefined,
  );
  if ((typeof value === "number" || typeof value === "boolean") && wantsText)
    return `Put it in quotes: \`"${value}"\`.`;
  if (name === "data.label" && typeof value === "string")
    return `Write \`label: { column: ${excerpt(value)} }\`.`;
  if (typeof value === "string" && expected.some((form) => form.type === "array"))
    return "Write a list, each entry on a line of its own after `- `.";
  return `Write ${kinds(expected)}.`;
}

function means(forms: readonly JsonSchema[]): string {
  const description = forms.find((form) => form.description !== undefined)?.description;
  return description === undefined ? "." : `: ${description.charAt(0).toLowerCase()}${description.slice(1)}.`;
}
