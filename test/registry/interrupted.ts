import type { Refs, Releases } from "@mlops-actions/registry";

export interface Pair {
  refs: Refs;
  releases: Releases;
}

/** What happens at one call of a port. */
export interface Interruption {
  /** 1 is the first call. */
  at: number;
  when: "before" | "after";
  /** `dead`: nothing after it works either, as when the process is killed. `once`: only this answer is lost. */
  how: "dead" | "once";
}

export const MUTATIONS = new Set([
  "create",
  "writeRecord",
  "draft",
  "upload",
  "removeAsset",
  "rename",
  "publish",
  "remove",
]);

/** The same pair, seen through a connection that breaks; `calls` are the names of what was asked. */
export function interrupted(
  { refs, releases }: Pair,
  interruption?: Interruption,
): Pair & { calls: string[] } {
  const calls: string[] = [];
  const through = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const method = Reflect.get(target, name, receiver);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]) => {
          const isDead = interruption?.how === "dead" && calls.length >= interruption.at;
          if (isDead) throw new Error("the process is gone");
          calls.push(String(name));
          const isNow = calls.length === interruption?.at;
          if (isNow && interruption.when === "before") throw new Error(`broken before ${String(name)}`);
          const answer = await method.apply(target, args);
          if (isNow) throw new Error(`broken after ${String(name)}`);
          return answer;
        };
      },
    });
  return { calls, refs: through(refs), releases: through(releases) };
}
