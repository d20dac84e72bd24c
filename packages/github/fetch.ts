/** What one request may cost. */
export interface Patience {
  fetch: typeof fetch;
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  now: () => number;
}

// The largest answer we ask for is a blob: 100 MB as GitHub allows it, base64 in JSON.
const MAX_ANSWER_BYTES = 160 * 1024 * 1024;

/**
 * `fetch` with a deadline that covers the body, and with a body that is whole: Octokit takes an answer that was cut short for
 * a success with empty data.
 */
export function patientFetch(patience: Patience): typeof fetch {
  const ask = hurriedFetch(patience);
  return async (input, init) => {
    const answer = await ask(input, init);
    const body = await whole(answer);
    const isEmpty = answer.status === 204 || answer.status === 205 || answer.status === 304;
    const copy = new Response(isEmpty ? null : body, {
      status: answer.status,
      statusText: answer.statusText,
      headers: unskewed(answer.headers, patience.now()),
    });
    Object.defineProperty(copy, "url", { value: answer.url });
    return copy;
  };
}

/** `fetch` with a deadline that covers the body, which the caller reads: it may be larger than memory. */
export function hurriedFetch(patience: Omit<Patience, "now">): typeof fetch {
  return (input, init) => patience.fetch(input, { ...init, signal: signalOf(patience, init?.signal) });
}

/** Ends what is under way at its own deadline, at the job's, or when the caller says so. */
export function signalOf(
  { deadlineMs, signal }: Pick<Patience, "deadlineMs" | "signal">,
  given?: AbortSignal | null,
): AbortSignal {
  const signals = [AbortSignal.timeout(deadlineMs), signal, given];
  return AbortSignal.any(signals.filter((one) => one != null));
}

// What a slow line of today still carries; a shorter deadline would end what is under way.
const SLOWEST_BYTES_PER_MS = 250;

/** How long so many bytes may take, in milliseconds. */
export function deadlineOf(bytes: number): number {
  return 60_000 + Math.ceil(bytes / SLOWEST_BYTES_PER_MS);
}

async function whole(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

// GitHub says until when a limit lasts, by its own clock; a machine whose clock is ahead would ask again at once.
function unskewed(headers: Headers, now: number): Headers {
  const sent = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(sent)) return headers;
  const corrected = new Headers(headers);
  const reset = Number(headers.get("x-ratelimit-reset"));
  if (reset > 0) corrected.set("x-ratelimit-reset", String(Math.ceil(reset + (now - sent) / 1000)));
  const after = headers.get("retry-after");
  if (after !== null && !/^\d+$/.test(after.trim())) {
    const until = Date.parse(after);
    corrected.set(
      "retry-after",
      String(Number.isNaN(until) ? 60 : Math.max(1, Math.ceil((until - sent) / 1000))),
    );
  }
  return corrected;
}
