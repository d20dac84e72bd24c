export interface ErrorDetail {
  resource: string;
  code: string;
  field?: string;
  message?: string;
}

/** An answer other than success, in GitHub's form. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly ErrorDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { errors?: readonly ErrorDetail[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }

  answer(): Response {
    const body = {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: "https://docs.github.com/rest",
      status: String(this.status),
    };
    return Response.json(body, { status: this.status, headers: this.headers });
  }
}

export function notFound(): Refusal {
  return new Refusal(404, "Not Found");
}

export function validationFailed(...errors: ErrorDetail[]): Refusal {
  return new Refusal(422, "Validation Failed", { errors });
}
