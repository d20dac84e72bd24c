/** One line of a log that the runner shows on the pull request. */
export interface Annotation {
  level: "error" | "warning" | "notice";
  message: string;
  title?: string;
  file?: string;
  line?: number;
  endLine?: number;
  column?: number;
  endColumn?: number;
}

export interface Commands {
  annotations: Annotation[];
  maskedValues: string[];
  debug: string[];
  groups: string[];
}

/** Reads the workflow commands of a step's output. What stands between `stop-commands` and its token is only text. */
export function readCommands(stdout: string): Commands {
  const found: Commands = { annotations: [], maskedValues: [], debug: [], groups: [] };
  let resume: string | undefined;
  for (const line of stdout.split(/\r?\n/)) {
    const match = /^\s*::([a-z-]+)(?: (.*?))?::(.*)$/i.exec(line);
    const token = /^\s*::(.+)::\s*$/.exec(line)?.[1];
    if (resume !== undefined) {
      if (token === resume) resume = undefined;
      continue;
    }
    if (match === null) continue;
    const [, command = "", properties = "", data = ""] = match;
    const value = decoded(data);
    switch (command.toLowerCase()) {
      case "error":
      case "warning":
      case "notice":
        found.annotations.push({
          level: command.toLowerCase() as Annotation["level"],
          message: value,
          ...placeOf(properties),
        });
        break;
      case "add-mask":
        if (value.trim() !== "") found.maskedValues.push(value);
        break;
      case "debug":
        found.debug.push(value);
        break;
      case "group":
        found.groups.push(value);
        break;
      case "stop-commands":
        resume = value;
        break;
    }
  }
  return found;
}

const NAMES: Record<string, keyof Annotation> = {
  title: "title",
  file: "file",
  line: "line",
  endline: "endLine",
  col: "column",
  endcolumn: "endColumn",
};

function placeOf(properties: string): Partial<Annotation> {
  const place: Record<string, string | number> = {};
  for (const property of properties.split(",")) {
    const at = property.indexOf("=");
    const name = NAMES[property.slice(0, at).trim().toLowerCase()];
    if (name === undefined || at < 0) continue;
    const value = decoded(property.slice(at + 1))
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",");
    place[name] = name === "title" || name === "file" ? value : Number(value);
  }
  return place as Partial<Annotation>;
}

function decoded(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
