import type { Place, Target } from "@mlops-actions/core";

/** Addresses of the repository a report is made for. Absent ones leave their text unlinked. */
export interface Links {
  run?: string | undefined;
  commit?: ((sha: string) => string | undefined) | undefined;
  file?: ((place: Place, sha: string) => string | undefined) | undefined;
  guide?: ((page: string) => string | undefined) | undefined;
}

/** The address a target stands for; `undefined` where there is none or where it is not https. */
export function resolve(target: Target, links: Links): string | undefined {
  const address = addressOf(target, links);
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === "https:" && url.username === "" ? url.href : undefined;
}

function addressOf(target: Target, links: Links): string | undefined {
  switch (target.to) {
    case "run":
      return links.run;
    case "commit":
      return links.commit?.(target.sha);
    case "file":
      return links.file?.(target.place, target.sha);
    case "guide":
      return links.guide?.(target.page);
  }
}
