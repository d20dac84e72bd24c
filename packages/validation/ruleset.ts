import type { Label, Place, Project } from "@mlops-actions/core";
import type { Section } from "./section.ts";

/** Rules that rows are judged by, and where each stands. */
export interface Ruleset {
  section: Section;
  key: readonly string[];
  label: Label | undefined;
  place(path: readonly (string | number)[], offset?: number): Place;
}

/**
 * What counts: the checks of the base, and the column rules of the change itself, which describe the columns that it brings. With it the
 * other way round, where the change alters any of them.
 */
export function rulesetsOf(project: Project<Section>): { counting: Ruleset; other: Ruleset | undefined } {
  const { proposed } = project;
  if (proposed === undefined) return { counting: of(project, project), other: undefined };
  return { counting: of(proposed, project), other: of(project, proposed) };
}

type Judging = Pick<Project<Section>, "section" | "data" | "place">;

function of(columns: Judging, rest: Judging): Ruleset {
  return {
    section: { ...rest.section, columns: columns.section.columns },
    key: rest.data.key,
    label: rest.data.label,
    place: (path, offset) => (path[1] === "columns" ? columns : rest).place(path, offset),
  };
}
