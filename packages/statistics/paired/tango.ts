import { type Confidence, requireCount } from "../confidence.ts";
import { invertScore } from "../interval/invert-score.ts";
import { ratio } from "../interval/student.ts";
import { normalTail } from "../interval/tail.ts";

export interface Discordance {
  /** Rows that only the first model gets right. */
  readonly help: number;
  /** Rows that only the second gets right. */
  readonly harm: number;
  /** All rows, ≥ 1. */
  readonly n: number;
}

/**
 * Score interval of the difference of two paired proportions, (help − harm) / n (Tango 1998, eqs. 8–10). Holds its error at any size, also with
 * no discordant row, where Wald's interval has no width.
 */
export function tango({ help, harm, n }: Discordance): Confidence {
  requireCount("n", n, 1);
  requireCount("help", help);
  requireCount("harm", harm);
  if (help + harm > n) throw new RangeError(`${help} + ${harm} discordant rows of ${n}`);
  const score = (difference: number) => {
    // q: share of harm under the supposed difference, by maximum likelihood
    const linear = (2 * n - help + harm) * difference - help - harm;
    const rest = 8 * n * harm * difference * (1 - difference);
    // A square that underflows would leave no variance at a limit next to 0.
    const root =
      rest < 0 ? Math.sqrt(Math.max(0, linear * linear + rest)) : Math.hypot(linear, Math.sqrt(rest));
    const q = (root - linear) / (4 * n);
    const variance = n * (2 * q + difference * (1 - difference));
    return ratio(help - harm - n * difference, Math.sqrt(Math.max(0, variance)));
  };
  return invertScore({ estimate: (help - harm) / n, score, tail: normalTail, from: -1, to: 1 });
}
