const QUOTE = "Put the whole line in single quotes: '…'.";

/**
 * Why an item of a list of conditions is no text: YAML has read part of it as its own. `undefined` for a text, which the
 * parser explains.
 */
export function explainYamlTrap(value: unknown): { message: string; remedy: string } | undefined {
  if (typeof value === "string") return undefined;
  if (value === null || value === undefined)
    return {
      message: "YAML has read this condition as nothing: after ' #' it sees a comment",
      remedy: `${QUOTE} An item that is really empty can go.`,
    };
  if (Array.isArray(value))
    return {
      message: "YAML has read this condition as a list: it splits at [ ] and commas",
      remedy: QUOTE,
    };
  if (typeof value === "object") {
    const [key = ""] = value instanceof Map ? [...value.keys()].map(String) : Object.keys(value);
    return {
      message: `YAML has read this condition as a mapping${key === "" ? "" : ` with the key ${shortened(key)}`}: it splits at ': ' and at { }`,
      remedy: QUOTE,
    };
  }
  return {
    message: `YAML has read ${shortened(String(value))} here, and a condition is a comparison`,
    remedy: "Write one like auc >= 0.85.",
  };
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
