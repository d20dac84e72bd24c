import { listed, type MadeColumn, type Reading, UserError } from "@mlops-actions/core";
import { columnCalled } from "../protocol/column-called.ts";
import type { Inference } from "../protocol/request.ts";
import type { Answered } from "../protocol/response.ts";

/** What the log itself says of a prediction. */
const OWN_COLUMNS = ["time", "key", "version", "slot", "latency"] as const;

/** Which columns of a request go into the log beside the answer. */
export interface LoggedColumns {
  /** Those that the model does not take: requests may carry them. */
  carried: readonly string[];
  /** A row each: the members of a JSON object, without its braces. */
  rows(request: Inference, made: readonly MadeColumn[], answered: Answered): string[];
}

/** @param wanted names, or all that the model takes @throws UserError `log-columns` for a name that means something else in the log */
export function loggedColumns(
  wanted: readonly string[] | "all",
  read: readonly Reading[],
  outputs: readonly string[],
): LoggedColumns {
  const names = wanted === "all" ? read.map(({ column }) => column) : [...new Set(wanted)];
  // Whoever reads the log may not tell upper from lower case.
  const own = new Set([...OWN_COLUMNS, ...outputs].map((name) => name.toLowerCase()));
  const taken = names.filter((name) => own.has(name.toLowerCase()));
  if (taken.length > 0)
    throw new UserError(
      "log-columns",
      `The log has its own ${listed(taken)}, so no input of that name can be in it`,
      {
        remedy: "Leave it out of `--log-inputs`, or rename the column.",
      },
    );
  const sources = names.map((name) => ({ name, at: columnCalled(name, read) }));
  return {
    carried: sources.flatMap(({ name, at }) => (at === undefined ? [name] : [])),
    rows: ({ batch, given, carried }, made, answered) =>
      Array.from({ length: batch.rows }, (_, row) =>
        [
          ...made.map(({ name }, at) => member(name, answered[at]?.[row])),
          ...sources.map(({ name, at }) =>
            member(name, at === undefined ? carried.get(name)?.[row] : given[at]?.(row)),
          ),
        ].join(","),
      ),
  };
}

/** Every column is in every line, so that a reader sees it whatever rows it looks at. */
function member(name: string, value: unknown): string {
  const said = typeof value === "bigint" ? value.toString() : JSON.stringify(value ?? null);
  return `${JSON.stringify(name)}:${said}`;
}
