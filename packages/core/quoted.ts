/** A value from the data as it may stand in a message: shortened, and with nothing that a terminal or log obeys. */
export function shown(value: string, limit = 40): string {
  const short = value.length > limit ? `${value.slice(0, limit)}…` : value;
  return JSON.stringify(short.toWellFormed()).replace(
    /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    "·",
  );
}

/** Names in a message: the first few, and how many more. */
export function listed(names: readonly string[], limit = 8): string {
  const first = names.slice(0, limit).map((name) => shown(name));
  return names.length > limit ? `${first.join(", ")} and ${names.length - limit} more` : first.join(", ");
}
