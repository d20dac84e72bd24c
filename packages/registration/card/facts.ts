import type { Manifest } from "@mlops-actions/core";
import type { Profile } from "@mlops-actions/tables";
import type { Accepted } from "../trust/accepted.ts";

/** All that a card is made of. */
export interface CardFacts {
  manifest: Manifest;
  accepted: Accepted;
  profile: Profile;
}
