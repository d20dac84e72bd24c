/** One request that reached the box. */
export interface Journaled {
  method: string;
  path: string;
  query: string;
  /** What was answered; 0 when nothing was. */
  status: number;
  /** Whose token it was. */
  login: string | null;
  /** The phase of the fault it met. */
  fault: string | null;
}
