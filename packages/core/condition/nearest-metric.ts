import { distance } from "fastest-levenshtein";

// What other libraries and teams call the same thing.
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  accuracy: ["acc", "accuracy_score"],
  auc: ["roc_auc", "auroc", "auc_roc", "roc_auc_score", "rocauc"],
  average_precision: ["ap", "pr_auc", "auprc", "auc_pr", "aucpr", "average_precision_score"],
  brier: ["brier_score", "brier_loss", "brier_score_loss"],
  drift: ["psi", "shift", "divergence"],
  duplicates: ["dupes", "dups", "duplicate", "unique"],
  error_rate: ["errors", "http_errors", "error"],
  f1: ["f1_score", "f1score", "fscore", "f_score"],
  flips: ["churn", "flip", "changed"],
  "latency.p95": ["latency", "p95", "latency_p95", "latency.p"],
  log_loss: ["logloss", "cross_entropy", "nll"],
  mae: ["mean_absolute_error"],
  mcc: ["matthews", "matthews_corrcoef", "phi"],
  missing: ["nulls", "null", "null_rate", "na", "nan", "missing_rate"],
  mse: ["mean_squared_error"],
  precision: ["ppv", "precision_score"],
  r2: ["r_squared", "r2_score", "rsquared"],
  recall: ["tpr", "sensitivity", "recall_score"],
  rmse: ["root_mean_squared_error"],
  rows: ["row_count", "count", "nrows", "n", "len", "size"],
  size: ["model_size", "size_mb", "bytes"],
};

/** The metric among `known` that somebody who wrote `name` most likely meant. */
export function nearestMetric(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const sameLetters = known.find((other) => plain(other) === plain(name));
  const synonym = known.find((other) => OTHER_NAMES[other]?.includes(lower));
  if (sameLetters !== undefined || synonym !== undefined) return sameLetters ?? synonym;
  const reach = Math.max(1, Math.floor(name.length / 3));
  return known
    .map((other) => ({ other, far: distance(other.toLowerCase(), lower) }))
    .filter(({ far }) => far <= reach)
    .sort((a, b) => a.far - b.far)[0]?.other;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_.]/g, "");
}
