/** A request that cannot be answered, and where in it the reason is: the caller's to mend. */
export class Refusal extends Error {
  /** As in `inputs[2].data[5]`; empty where it is the whole. */
  readonly field: string;
  readonly status: number;

  constructor(field: string, message: string, status = 400) {
    super(message);
    this.name = "Refusal";
    this.field = field;
    this.status = status;
  }

  /** The error object of the protocol. */
  body(): string {
    return JSON.stringify({ error: this.message, ...(this.field !== "" && { field: this.field }) });
  }
}
