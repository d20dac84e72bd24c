import { setSecret } from "@actions/core";
import { BUG_EXIT, UserError } from "@mlops-actions/core";
import { annotate } from "./annotations.ts";
import { defuse } from "./defuse.ts";
import { followProxy } from "./proxy.ts";
import { redactor } from "./redact.ts";

/**
 * The edge of an action: masks its secrets, runs it, and turns what it throws into an exit code. What the user can fix is 3, a bug of
 * ours 70 with its stack, so that nobody reads either as a verdict.
 */
export async function conduct(secrets: readonly string[], main: () => Promise<number>): Promise<number> {
  for (const secret of secrets) setSecret(secret);
  followProxy(process.env);
  const redact = redactor(secrets);
  try {
    return await main();
  } catch (error) {
    if (error instanceof UserError) {
      annotate([
        {
          level: "error",
          title: "Could not judge",
          message: redact(`${error.message}\n${error.remedy}`),
          at: error.at,
        },
      ]);
      return 3;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    annotate([{ level: "error", title: "mlops-actions has a bug", message: redact(defuse(text)) }]);
    return BUG_EXIT;
  }
}
