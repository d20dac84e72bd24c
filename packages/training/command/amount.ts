import {
  ConditionError,
  inBaseUnit,
  type Judge,
  type Measured,
  parseLiteral,
  UserError,
} from "@mlops-actions/core";

type Path = readonly (string | number)[];

/**
 * A quantity with its unit as the project writes it, in seconds or bytes.
 * @throws UserError at its place: no number, no such unit, a unit of something else, nothing or less
 */
export function amount(
  { place }: Pick<Judge<unknown>, "place">,
  path: Path,
  text: string,
  measures: Extract<Measured, "second" | "byte">,
): number {
  const example = measures === "second" ? "30 min" : "40 GB";
  try {
    const { value, measures: found } = inBaseUnit(parseLiteral(text));
    if (found === measures && value > 0) return value;
    const what = found === "number" ? "has no unit" : "is no amount of this";
    throw new UserError("amount", `\`${path.join(".")}: ${text}\` ${value > 0 ? what : "is nothing"}`, {
      remedy: `Write \`${path.at(-1)}: ${example}\`.`,
      at: place(path),
    });
  } catch (error) {
    if (error instanceof ConditionError) throw error.placed(place(path, error.offset.from));
    throw error;
  }
}
