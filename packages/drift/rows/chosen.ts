import { type Project, shown, UserError } from "@mlops-actions/core";
import { type ColumnProfile, isWithheld } from "@mlops-actions/tables";
import type { Details } from "../details.ts";
import { type Section, saidOfCurrent } from "../section.ts";
import type { JudgedRows } from "./current.ts";
import type { Reference } from "./reference.ts";

export interface Chosen {
  columns: ColumnProfile[];
  answers: ColumnProfile[];
  skipped: Details["skipped"];
  /** Columns of the reference that the model takes and the rows no longer have. */
  gone: ColumnProfile[];
  important: (column: string) => boolean;
}

/**
 * What is compared: the columns that both sides have, but for those that name, date or label a row.
 * @throws UserError `no-such-column`, `nothing-to-compare`
 */
export function chosenOf(project: Project<Section>, reference: Reference, rows: JudgedRows): Chosen {
  const { section, data } = project;
  const { columns: named, important: ofImportance } = section;
  const known = new Map(reference.columns.map((column) => [column.name, column]));
  const written = [
    ...(named ?? []).map((column, i) => [column, ["drift", "columns", i]] as const),
    ...(ofImportance ?? []).map((column, i) => [column, ["drift", "important", i]] as const),
  ];
  for (const [column, path] of written) {
    const one = known.get(column);
    if (one === undefined)
      throw new UserError("no-such-column", `the reference has no column ${shown(column)}`, {
        remedy: `it has ${reference.columns
          .slice(0, 12)
          .map(({ name }) => shown(name))
          .join(", ")}`,
        at: project.place(path),
      });
    if (isWithheld(one))
      throw new UserError("no-values", `the profile tells nothing of the values of ${shown(column)}`, {
        remedy: `the model does not take it: give it rules under \`data.columns\` and register a version, or compare with rows (\`reference: train\`)`,
        at: project.place(path),
      });
  }
  const current = saidOfCurrent(section);
  const roles = new Map<string, string>([
    ...data.key.map((name) => [name, "part of the key"] as const),
    ...(data.label === undefined ? [] : [[data.label.column, "the label"] as const]),
    ...(current.time === undefined ? [] : [[current.time, "says when"] as const]),
    ...(current.version === undefined ? [] : [[current.version, "says which version"] as const]),
    ...(section.cluster === undefined ? [] : [[section.cluster, "says whose rows belong together"] as const]),
  ]);
  const chosen: Chosen = {
    columns: [],
    answers: answersOf(section, reference, rows),
    skipped: [],
    gone: [],
    important: importance(section, reference),
  };
  const skip = (name: string, why: string) => chosen.skipped.push({ name, why });
  for (const column of reference.columns) {
    const { name } = column;
    if (chosen.answers.some((answer) => answer.name === name)) continue;
    if (named !== undefined && !named.includes(name)) continue;
    const role = named === undefined ? roles.get(name) : undefined;
    if (role !== undefined) skip(name, role);
    else if (column.kind === "date" && named === undefined) skip(name, "a date, which moves by itself");
    else if (isWithheld(column)) skip(name, "the model does not take it: its values are not in the profile");
    else if (rows.types[name] !== undefined) chosen.columns.push(column);
    else if (named !== undefined || reference.inputs?.includes(name) === true) chosen.gone.push(column);
    else skip(name, "not among the current columns");
  }
  if (chosen.columns.length === 0 && chosen.answers.length === 0)
    throw new UserError(
      "nothing-to-compare",
      `${shown(rows.told.label)} and the reference have no column in common`,
      {
        remedy: `the reference has ${reference.columns
          .slice(0, 8)
          .map(({ name }) => shown(name))
          .join(", ")}; name the columns alike, or say \`columns:\``,
        at: project.place(["drift", "current"]),
      },
    );
  return chosen;
}

/** The answers under the names of the current rows: the same, or the one that `output` names. */
function answersOf({ output }: Section, { answers }: Reference, { types }: JudgedRows): ColumnProfile[] {
  if (output === undefined) return answers.filter(({ name }) => types[name] !== undefined);
  const [own, ...more] = output;
  const [only, ...others] = answers;
  if (own !== undefined && only !== undefined && more.length === 0 && others.length === 0)
    return types[own] === undefined ? [] : [{ ...only, name: own }];
  return answers.filter(({ name }) => output.includes(name) && types[name] !== undefined);
}

function importance({ important }: Section, { inputs }: Reference): Chosen["important"] {
  const names = important ?? inputs;
  return names === undefined ? () => true : (column) => names.includes(column);
}
