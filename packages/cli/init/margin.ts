import type { Answer } from "./answer.ts";

/** The 97.5 % and 80 % quantiles of the normal distribution: an interval of 95 %, and the power. */
const REACH = 1.959963985 + 0.841621234;
/** Where a model is likely to be, and how much two models of one project have in common. They are said beside the number. */
export const ASSUMED = { auc: 0.85, correlation: 0.95, differing: 0.05 } as const;

/** The smallest loss of the primary metric that n test rows can tell from none, and what was assumed for it. */
export interface Margin {
  condition: string;
  because: string;
}

/**
 * The margin of a paired comparison that passes an equal model in 80 % of cases: (z0.975 + z0.8) · se of the difference, rounded up.
 *
 * AUC: se of one model by Hanley and McNeil (1982), eq. 1; of the difference of two correlated ones √(2(1 − r)) times that (1983).
 * Accuracy: √(d/n) for a share d of rows that only one of them gets right. RMSE: the ratio's se is √((1 − r)/n) for normal errors.
 */
export function marginOf(answer: Answer, rows: number): Margin {
  const seen = `what ${rows.toLocaleString("en-US")} test rows can see with 80 % power`;
  const apart = Math.sqrt(2 * (1 - ASSUMED.correlation));
  switch (answer.task) {
    case "binary": {
      const margin = up(REACH * apart * seOfAuc(rows * answer.share, rows * (1 - answer.share)));
      return {
        condition: `auc - baseline.auc > -${margin}`,
        because: `${seen} (taken: AUC ${ASSUMED.auc}, scores of two trainings correlate by ${ASSUMED.correlation})`,
      };
    }
    case "multiclass":
      return {
        condition: `accuracy - baseline.accuracy > -${up(REACH * Math.sqrt(ASSUMED.differing / rows))}`,
        because: `${seen} (taken: two trainings are right on different rows in ${100 * ASSUMED.differing} %)`,
      };
    case "regression":
      return {
        condition: `rmse / baseline.rmse < ${number(1 + Number(up((REACH * apart) / Math.sqrt(2 * rows))))}`,
        because: `${seen} (taken: errors of two trainings correlate by ${ASSUMED.correlation})`,
      };
  }
}

function seOfAuc(positives: number, negatives: number): number {
  const a = ASSUMED.auc;
  const q1 = a / (2 - a);
  const q2 = (2 * a * a) / (1 + a);
  return Math.sqrt(
    (a * (1 - a) + (positives - 1) * (q1 - a * a) + (negatives - 1) * (q2 - a * a)) / (positives * negatives),
  );
}

/** Two significant digits, rounded up. */
function up(margin: number): string {
  const unit = 10 ** (Math.floor(Math.log10(margin)) - 1);
  return number(Math.ceil(margin / unit - 1e-9) * unit);
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}
