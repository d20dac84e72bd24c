import { UserError } from "@mlops-actions/core";

/** @param what the file, or "The data" */
export function dataTooLarge(what: string, cause?: Error): UserError {
  return new UserError("data-too-large", `${what} does not fit the memory that measuring may use.`, {
    remedy: "Use a machine with more memory, or measure a sample; a small file that ends here is malformed.",
    cause,
  });
}
