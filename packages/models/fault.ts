import { type ModelSource, UserError } from "@mlops-actions/core";

/** What a user can mend about a model; the message begins with the model's name, which need not be a file of the repository. */
export function modelFault(
  code: string,
  model: ModelSource,
  what: string,
  remedy: string,
  cause?: unknown,
): UserError {
  return new UserError(code, `${model.label} ${what}`, { remedy, cause });
}
