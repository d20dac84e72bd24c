import type { Block, Inline } from "@mlops-actions/core";
import type { Details, Sample } from "../details.ts";
import { grouped } from "./numbers.ts";

/** The rules of columns that do not hold, with some of the rows that break them. */
export function brokenRules({ rules, samples, tables }: Details): Block[] {
  const broken = rules.filter(({ verdict }) => verdict !== "pass");
  if (broken.length === 0) return [];
  return [
    {
      kind: "table",
      columns: [
        { title: "column", align: "left" },
        { title: "must be", align: "left" },
        { title: "rows that are not", align: "right" },
        { title: "allowed", align: "right" },
        { title: "which", align: "left" },
      ],
      rows: broken.map((rule): Inline[][] => [
        [{ code: rule.column }, tables.length > 1 ? ` in ${rule.table}` : ""].filter((part) => part !== ""),
        [rule.rule],
        [`${grouped(rule.broken)} of ${grouped(rule.rows)}`],
        [grouped(rule.allowed)],
        which(samples.find(({ condition }) => condition === rule.condition)?.sample),
      ]),
    },
  ];
}

/** Some of the rows that keep a check from holding. */
export function brokenChecks({ rules, samples }: Details): Block[] {
  return samples
    .filter(({ condition }) => !rules.some((rule) => condition === rule.condition))
    .map(({ condition, sample }) => ({
      kind: "text",
      text: [{ code: condition }, ": ", ...which(sample)],
    }));
}

/** Their places; keys and values only where `data.show` lists the columns. */
function which(sample: Sample | undefined): Inline[] {
  if (sample === undefined) return [];
  const { rows, keys, values } = sample;
  const found: Inline[] = [`row${rows.length === 1 ? "" : "s"} ${rows.map(grouped).join(", ")}`];
  if (keys !== undefined) found.push(" · key ", ...codes(keys));
  if (values !== undefined && values.length > 0)
    found.push(
      " · ",
      ...values.flatMap(({ value, rows }, i): Inline[] => [
        i === 0 ? "" : ", ",
        { code: value },
        ` (${grouped(rows)})`,
      ]),
    );
  return found.filter((part) => part !== "");
}

function codes(texts: readonly string[]): Inline[] {
  return texts.flatMap((text, i): Inline[] => (i === 0 ? [{ code: text }] : [", ", { code: text }]));
}

/** Every rule of a column, for whoever wants to see what was looked at. */
export function rules({ rules }: Details): Block[] {
  if (rules.length === 0) return [];
  return [
    {
      kind: "fold",
      title: `All ${rules.length} column rules`,
      drop: 1,
      blocks: [
        {
          kind: "table",
          columns: [
            { title: "column", align: "left" },
            { title: "table", align: "left" },
            { title: "must be", align: "left" },
            { title: "rows that are not", align: "right" },
            { title: "allowed", align: "right" },
            { title: "", align: "left" },
          ],
          rows: rules.map(({ column, table, rule, broken, allowed, verdict }) => [
            [{ code: column }],
            [table],
            [rule],
            [grouped(broken)],
            [grouped(allowed)],
            [verdict],
          ]),
        },
      ],
    },
  ];
}
