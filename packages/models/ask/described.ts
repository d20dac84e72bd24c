import type { Asking } from "@mlops-actions/core";

/** A model and how it is asked, wherever the rows come from. */
export type Described = Omit<Asking, "from">;
