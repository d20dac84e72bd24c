import { readFile } from "node:fs/promises";

/** What the model is asked with, by column; null where nothing is known. */
export type Person = Readonly<Record<string, string | number | null>>;

const NUMBERS = new Set(["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]);
const NOT_ASKED_WITH = new Set(["id", "income"]);

/** Who asks: the people of the table, some of them from a country that it has not, or older ones than it has. */
export type Crowd = "everybody" | "new-country" | "older";

/** The people of a table like `data/test.csv`, without what is to be found out. */
export async function readPeople(file: string): Promise<Person[]> {
  const [head = "", ...lines] = (await readFile(file, "utf8")).trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const values = line.split(",").map((value, at) => [names[at] ?? "", value] as const);
    return Object.fromEntries(
      values
        .filter(([name]) => !NOT_ASKED_WITH.has(name))
        .map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : value || null]),
    );
  });
}

/** People without end, the same each time. */
export function* crowdOf(people: readonly Person[], crowd: Crowd): Generator<Person, never> {
  const older = people.filter(({ age }) => Number(age) >= 45);
  for (let at = 0; ; at++) {
    const isOlder = crowd === "older" && at % 4 !== 0;
    const among = isOlder ? older : people;
    // A step that has no divisor in common with how many there are comes by everybody.
    const person = among[(at * 7919) % among.length];
    if (person === undefined) throw new Error("there is nobody");
    const isFromElsewhere = crowd === "new-country" && at % 10 === 0;
    yield isFromElsewhere ? { ...person, native_country: "Brazil" } : person;
  }
}
