import { z } from "zod";

/** Where something is: a file of the repository, 1-based line and column. */
export const place = z.object({
  file: z.string(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
});
export type Place = z.infer<typeof place>;

/** What the user did, in a form that can cross processes and be stored as evidence. */
export const fault = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  at: place.optional(),
  output: z.string().optional().describe("The last lines of what the project's own command has printed."),
});
export type Fault = z.infer<typeof fault>;

export interface UserErrorContext {
  /** How to fix it: one sentence, said to the person who reads it. */
  remedy: string;
  at?: Place | undefined;
  /** The last lines of a command of the project's that failed. */
  output?: string | undefined;
  cause?: unknown;
}

/**
 * Something the user can fix: what is wrong, where, and how to mend it. It ends in evidence with verdict `error` and
 * exit code 3; every other throw is a bug of ours.
 */
export class UserError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly at: Place | undefined;
  readonly output: string | undefined;

  constructor(code: string, message: string, context: UserErrorContext) {
    super(message, { cause: context.cause });
    this.name = "UserError";
    this.code = code;
    this.remedy = context.remedy;
    this.at = context.at;
    this.output = context.output;
  }

  toJSON(): Fault {
    const { code, message, remedy, at, output } = this;
    return { code, message, remedy, ...(at && { at }), ...(output !== undefined && { output }) };
  }

  /** The inverse of `toJSON`, for faults that crossed a process boundary. */
  static from(fault: Fault): UserError {
    return new UserError(fault.code, fault.message, {
      remedy: fault.remedy,
      at: fault.at,
      output: fault.output,
    });
  }
}
