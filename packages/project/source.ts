import { type Place, UserError } from "@mlops-actions/core";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { scalarOffset } from "./scalar-offset.ts";
import { syntaxFault } from "./syntax-fault.ts";

export type Path = readonly (string | number)[];

/** A project file as plain values, and the place of each in the file. */
export interface Source {
  file: string;
  value: unknown;
  /** Of a value; with `offset`, of a character inside a text. What is absent is placed where its parent's key stands. */
  place(path: Path, offset?: number): Place;
  /** Of a key itself. */
  placeOfKey(path: Path): Place;
  /** Whether YAML may have cut an unquoted text short: at a ` #`, or at a comma between brackets. */
  cutAt(path: Path): "comment" | "comma" | undefined;
}

const MAX_DEPTH = 16;
// What other YAML readers, other versions of YAML and other languages read as a number, or as another number.
const ODD_NUMBER =
  /^[-+]?(?:0[0-9]+(?:\.\d*)?|0[xob][0-9a-f_]+|[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?|\.inf|\.nan)$/i;

/**
 * Reads a project file strictly: one document of mappings, lists, texts, plain numbers and true/false; no aliases, tags,
 * merge keys, duplicate keys or numbers that only some readers understand.
 * @throws UserError with line and column
 */
export function readSource(text: string, file: string): Source {
  const deep = tooDeep(text);
  if (deep !== undefined) {
    const before = text.slice(0, deep).split("\n");
    throw new UserError("yaml-depth", "This is nested too deeply", {
      remedy: `Use at most ${MAX_DEPTH} levels.`,
      at: { file, line: before.length, column: (before.at(-1) as string).length + 1 },
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    strict: true,
    // Checked below: the library compares every key with every other.
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "error",
  });
  const placeAt = (position: number): Place => {
    const { line, col } = lines.linePos(Math.min(position, text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error !== undefined) throw syntaxFault(error, text, placeAt);

  const refuse = (
    code: string,
    node: { range?: Node["range"] },
    message: string,
    remedy: string,
  ): UserError => new UserError(code, message, { remedy, at: placeAt(node.range?.[0] ?? 0) });

  return {
    file,
    value: document.contents === null ? null : plain(document.contents, 0, refuse),
    place(path, offset) {
      const node = nodeAt(document, path);
      if (node === undefined) return path.length === 0 ? placeAt(0) : this.placeOfKey(path.slice(0, -1));
      if (offset !== undefined && isScalar(node)) return placeAt(scalarOffset(text, node, offset));
      return placeAt(node.range?.[0] ?? 0);
    },
    placeOfKey(path) {
      const last = path.at(-1);
      const parent = path.length === 0 ? undefined : nodeAt(document, path.slice(0, -1));
      const key = isMap(parent) ? pairOf(parent, last)?.key : undefined;
      if (key !== undefined) return placeAt((key as Node).range?.[0] ?? 0);
      return this.place(path);
    },
    cutAt(path) {
      const node = nodeAt(document, path);
      if (!isScalar(node) || node.type !== "PLAIN" || !node.range) return undefined;
      if (/^[ \t]+#/.test(text.slice(node.range[1]))) return "comment";
      const list = nodeAt(document, path.slice(0, -1));
      return isCollection(list) && list.flow ? "comma" : undefined;
    },
  };
}

// Tokens that stand for no text: the start of a document, the end of a flow, the start of a scalar.
const LEXER_MARKS: ReadonlySet<string> = new Set(["\x02", "\x18", "\x1f"]);

// Asked before the parser, which recurses: `[[[[…` would cost it seconds and the stack.
function tooDeep(text: string): number | undefined {
  let position = 0;
  let inFlow = 0;
  let onLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") inFlow++;
    else if (token === "]" || token === "}") inFlow--;
    else if (token === "-" || token === "?") onLine++;
    else if (token.endsWith("\n")) onLine = 0;
    if (inFlow + onLine > MAX_DEPTH) return position;
    if (!LEXER_MARKS.has(token)) position += token.length;
  }
  return undefined;
}

type Refuse = (code: string, node: Node, message: string, remedy: string) => UserError;

function plain(node: Node, depth: number, refuse: Refuse): unknown {
  if (depth > MAX_DEPTH)
    throw refuse("yaml-depth", node, "This is nested too deeply", `Use at most ${MAX_DEPTH} levels.`);
  if (isAlias(node) || node.anchor !== undefined)
    throw refuse(
      "yaml-alias",
      node,
      `Anchors and aliases (\`${isAlias(node) ? "*" : "&"}\`) are not read here`,
      isAlias(node) ? "Write the value out." : "Take the anchor out, or put the text in single quotes.",
    );
  if (node.tag !== undefined)
    throw refuse(
      "yaml-tag",
      node,
      "Tags (`!`) are not read here",
      "Take it out, or put the text in single quotes.",
    );
  if (isScalar(node)) return scalar(node.value, node.source, node, refuse);
  if (isMap(node)) return mapping(node, depth, refuse);
  if (isCollection(node))
    return node.items.map((item) => (item === null ? null : plain(item as Node, depth + 1, refuse)));
  throw refuse("yaml-value", node, "This is not a value", "Write a text, a number, a list or a mapping.");
}

function mapping(node: YAMLMap, depth: number, refuse: Refuse): Record<string, unknown> {
  const seen = new Set<string>();
  const entries = node.items.map((pair): [string, unknown] => {
    const key = pair.key as Node;
    const name = isScalar(key) ? String(key.value) : "";
    plain(key, depth + 1, (code, _, message, remedy) => refuse(code, key, message, remedy));
    if (name === "<<")
      throw refuse("yaml-merge", key, "Merge keys (`<<`) are not read here", "Write the keys out.");
    if (seen.has(name))
      throw refuse("duplicate-key", key, `\`${name}\` is written twice`, "Keep one of the two.");
    seen.add(name);
    if (name === "__proto__") throw refuse("unknown-key", key, "Unknown key `__proto__`", "Take it out.");
    return [name, pair.value === null ? null : plain(pair.value as Node, depth + 1, refuse)];
  });
  return Object.fromEntries(entries);
}

function scalar(value: unknown, source: string | undefined, node: Node, refuse: Refuse): unknown {
  const isPlain = isScalar(node) && (node.type === "PLAIN" || node.type === undefined);
  if (!isPlain) return value;
  const written = source ?? String(value);
  if (
    typeof value === "number" &&
    Math.abs(value) > Number.MAX_SAFE_INTEGER &&
    !/^[-+]?\.inf$/i.test(written)
  )
    throw refuse(
      "yaml-number",
      node,
      `\`${written}\` is too large a number`,
      "Write a smaller one, or quotes for a text.",
    );
  if (!ODD_NUMBER.test(written)) return value;
  const likely = Number(written.replaceAll("_", "").replace(/^([-+]?)0+(?=\d)/, "$1"));
  throw refuse(
    "yaml-number",
    node,
    `\`${written}\` is a number to some readers and not to others`,
    Number.isSafeInteger(likely)
      ? `Write \`${likely}\`, or \`"${written}"\` for the text.`
      : "Write a plain decimal number, or quotes for a text.",
  );
}

function nodeAt(document: Document, path: Path): Node | undefined {
  let node: unknown = document.contents;
  for (const step of path) {
    if (isMap(node)) node = pairOf(node, step)?.value;
    else if (isCollection(node) && typeof step === "number") node = node.items[step];
    else return undefined;
  }
  return node === null || node === undefined || isPair(node) ? undefined : (node as Node);
}

function pairOf(map: YAMLMap, key: string | number | undefined): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}
