/** A change that somebody proposes, as a mail that `git am` takes. */
export interface Change<Name extends string = string> {
  name: Name;
  branch: string;
  title: string;
  /** Paragraphs, each on one line, as people type them into a form. */
  description: string;
  author: { name: string; email: string; login: string };
  date: string;
  mail: string;
}

/** The changes whose models are judged. */
export type ChangeName = "better" | "worse" | "looks-different" | "cannot-tell" | "breaks-in-production";

/**
 * Reads a patch in the format of `git format-patch`.
 * @throws Error where author, date or subject is missing
 */
export function readChange<Name extends string>(name: Name, branch: string, mail: string): Change<Name> {
  const end = mail.indexOf("\n\n");
  const head = mail.slice(0, end).replaceAll(/\n[ \t]+/g, " ");
  const field = (title: string): string => {
    const value = new RegExp(`^${title}: (.+)$`, "m").exec(head)?.[1];
    if (value === undefined) throw new Error(`${name}.patch has no "${title}:"`);
    return value;
  };
  const [, person = "", email = ""] = /^(.+) <(.+)>$/.exec(field("From")) ?? [];
  const message = mail.slice(end + 2, mail.indexOf("\n---\n"));
  return {
    name,
    branch,
    title: field("Subject").replace(/^\[PATCH[^\]]*\] /, ""),
    description: message
      .trim()
      .split("\n\n")
      .map((paragraph) => paragraph.replaceAll("\n", " "))
      .join("\n\n"),
    author: { name: person, email, login: person.toLowerCase().replaceAll(" ", "-") },
    date: field("Date"),
    mail,
  };
}
