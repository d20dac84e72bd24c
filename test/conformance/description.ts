import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// biome-ignore lint/suspicious/noExplicitAny: a description of 1,200 operations, read as the tree it is
type Json = any;

/** One operation of GitHub's published API. */
export interface Operation {
  method: string;
  /** With parameters in braces. */
  path: string;
  requestSchema: boolean;
  statuses: readonly number[];
}

/** What GitHub publishes about its API, and whether an exchange keeps to it. */
export interface Description {
  find(method: string, path: string): Operation | undefined;
  /** Problems of a request's body. */
  request(operation: Operation, body: unknown): string[];
  /** Problems of an answer. An undocumented status is none: GitHub does not document all it sends. */
  answer(operation: Operation, status: number, body: unknown): string[];
}

const HERE = fileURLToPath(new URL(".", import.meta.url));
const FILE = `${HERE}node_modules/@octokit/openapi/generated/api.github.com.json`;

/** 390 MB, so it is installed on its own: `npm ci --prefix test/conformance`. */
export function isInstalled(): boolean {
  return existsSync(FILE);
}

export function readDescription(): Description {
  const require = createRequire(`${HERE}package.json`);
  const { default: Ajv } = require("ajv");
  const { default: addFormats } = require("ajv-formats");
  const document = readable(JSON.parse(readFileSync(FILE, "utf8")));
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats(ajv);
  ajv.addSchema(document, "github");

  const operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    ["get", "post", "put", "patch", "delete"]
      .filter((method) => methods[method] !== undefined)
      .map((method) => ({
        method: method.toUpperCase(),
        path,
        pattern: patternOf(path),
        requestSchema: jsonSchema(document, methods[method].requestBody) !== undefined,
        statuses: Object.keys(methods[method].responses).map(Number),
      })),
  );
  // The path with the fewest parameters, then the longest, says most about an address.
  const parameters = (path: string) => path.split("{").length;
  operations.sort((a, b) => parameters(a.path) - parameters(b.path) || b.path.length - a.path.length);

  const check = (pointer: string[], body: unknown): string[] => {
    const path = pointer
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    const validate = ajv.getSchema(`github#/${path}`);
    if (validate === undefined) throw new Error(`no schema at ${path}`);
    if (validate(body)) return [];
    return [
      ...new Set<string>(
        validate.errors.map((error: Json) => `${error.instancePath || "/"} ${error.message}`),
      ),
    ];
  };

  return {
    find: (method, path) => operations.find((one) => one.method === method && one.pattern.test(path)),
    request({ method, path, requestSchema }, body) {
      if (!requestSchema) return [];
      const at = [
        "paths",
        path,
        method.toLowerCase(),
        "requestBody",
        "content",
        "application/json",
        "schema",
      ];
      return check(at, body ?? {});
    },
    answer({ method, path }, status, body) {
      const found = document.paths[path][method.toLowerCase()].responses[status];
      if (found === undefined) return [];
      const at = found.$ref
        ? found.$ref.slice(2).split("/")
        : ["paths", path, method.toLowerCase(), "responses", String(status)];
      const response = at.reduce((node: Json, part: string) => node[part], document);
      if (response.content?.["application/json"]?.schema === undefined) return [];
      return check([...at, "content", "application/json", "schema"], body);
    },
  };
}

// References and paths have slashes of their own; the path of the root folder is empty.
function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll(/[.+]/g, "\\$&")
    .replace("/{path}", "(?:/.+)?")
    .replaceAll("{ref}", ".+")
    .replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`);
}

function jsonSchema(document: Json, part: Json): Json {
  const found = part?.$ref
    ? part.$ref
        .slice(2)
        .split("/")
        .reduce((node: Json, key: string) => node[key], document)
    : part;
  return found?.content?.["application/json"]?.schema;
}

// `nullable` beside something without a `type` is OpenAPI, not JSON Schema: the validator refuses it.
function readable(node: Json): Json {
  if (Array.isArray(node)) return node.map(readable);
  if (typeof node !== "object" || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, readable(value)]));
  if (copy.nullable !== true) return copy;
  // What may be null is null in GitHub's answers although its list of values leaves it out.
  if (copy.type !== undefined) return copy.enum ? { ...copy, enum: [...copy.enum, null] } : copy;
  const { nullable: _, ...rest } = copy;
  return { anyOf: [rest, { type: "null" }] };
}
