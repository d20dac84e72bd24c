import { setTimeout as wait } from "node:timers/promises";
import type { Person } from "./people.ts";

/** What became of requests, counted by those who sent them. */
export interface Calls {
  /** By the version that answered. */
  answered: Readonly<Record<string, number>>;
  /** Those that got an error of the server. */
  failed: number;
}

const AT_ONCE = 6;

/** Sends requests of one person each, each under a key of its own, until it is told to stop. */
export function calling(url: string, people: Iterator<Person, never>): { stop(): Promise<Calls> } {
  const answered: Record<string, number> = {};
  let failed = 0;
  let key = 0;
  let isOver = false;
  const caller = async () => {
    while (!isOver) {
      const answer = await ask(url, [people.next().value], `person ${key++}`);
      if (answer === undefined) failed++;
      else answered[answer] = (answered[answer] ?? 0) + 1;
      // As people do, and so that others have their turn on this machine.
      await wait(4);
    }
  };
  const callers = Array.from({ length: AT_ONCE }, caller);
  return {
    async stop() {
      isOver = true;
      await Promise.all(callers);
      return { answered, failed };
    },
  };
}

/** Sends this many people, many in one request, as a job of the night does. */
export async function askAll(url: string, people: Iterator<Person, never>, count: number): Promise<void> {
  const several = 100;
  for (let at = 0; at < count; at += several)
    if (
      (await ask(
        url,
        Array.from({ length: several }, () => people.next().value),
      )) === undefined
    )
      throw new Error("the server did not answer");
}

/** @returns the version that answered, where one did */
async function ask(url: string, people: readonly Person[], key?: string): Promise<string | undefined> {
  const inputs = Object.keys(people[0] ?? {}).map((name) => ({
    name,
    shape: [people.length, 1],
    datatype: typeof people[0]?.[name] === "number" ? "FP32" : "BYTES",
    data: people.map((person) => person[name]),
  }));
  const answer = await fetch(url, {
    method: "POST",
    headers: key === undefined ? {} : { "x-sticky-key": key },
    body: JSON.stringify({ inputs }),
  });
  const said = (await answer.json()) as { model_version?: string; error?: string };
  if (answer.status >= 400 && answer.status < 500) throw new Error(`a request that is wrong: ${said.error}`);
  return answer.ok ? said.model_version : undefined;
}
