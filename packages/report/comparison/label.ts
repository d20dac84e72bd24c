import type { Contrast, Inline, Quantity } from "@mlops-actions/core";

/** A metric as people say it: `recall gap by sex`, `latency p95`, `recall, sex = Female`. Names from data are code. */
export function labelOfQuantity({ name, args, where, over }: Quantity): Inline[] {
  const label: Inline[] = [
    over?.how === "worst" ? "worst " : "",
    name.replaceAll(".", " ").replaceAll("_", " "),
  ];
  if (over?.how === "gap") label.push(" gap");
  args.forEach((argument, index) => {
    label.push(index === 0 ? " " : ", ");
    if ("number" in argument) label.push(`${argument.number}`);
    else label.push({ code: "column" in argument ? argument.column : argument.quoted });
  });
  over?.by.forEach((columns, index) => {
    label.push(index === 0 ? " by " : ", ");
    columns.forEach((column, position) => {
      label.push(position === 0 ? "" : " × ", { code: column });
    });
  });
  where.forEach(({ column, op, value }, index) => {
    label.push(index === 0 ? ", " : " and ", { code: `${column} ${op} ${value}` });
  });
  return label.filter((part) => part !== "");
}

/** What a row of the comparison is about; a combination of several metrics is shown as it was written. */
export function labelOf(contrast: Contrast, condition: string): Inline[] {
  const own = contrast.terms.filter(({ quantity }) => quantity.source === "own");
  const only = own[0];
  if (only === undefined || own.length > 1) return [{ code: condition }];
  const plainly = contrast.ratio !== undefined || only.weight === 1;
  return plainly ? labelOfQuantity(only.quantity) : [{ code: condition }];
}
