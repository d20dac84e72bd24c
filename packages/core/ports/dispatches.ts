/** Starts what listens. */
export interface Dispatches {
  /** Tells workflows that listen for this type; `payload` has at most ten properties. */
  repositoryDispatch(eventType: string, payload: Readonly<Record<string, unknown>>): Promise<void>;
}
