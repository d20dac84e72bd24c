export interface Progress {
  /** Something is being done; `done` of `of` where that is known. */
  step(label: string, done?: number, of?: number): void;
}
