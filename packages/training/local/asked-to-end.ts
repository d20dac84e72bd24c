/** Aborts when this process is asked to end, so that what it has started is ended in order before it goes. */
export function askedToEnd(own: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  // The second request is not for us to hold back.
  for (const signal of ["SIGINT", "SIGTERM"] as const) own.once(signal, () => controller.abort());
  return controller.signal;
}
