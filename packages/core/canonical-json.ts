/** JSON with sorted keys and without what is undefined: equal values are equal texts, and so equal digests. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, inOrder);
}

/** The same for people to read: two spaces, a line end. A manifest's file is this text. */
export function canonicalText(value: unknown): string {
  return `${JSON.stringify(value, inOrder, 2)}\n`;
}

function inOrder(_: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
