import { type Place, UserError } from "@mlops-actions/core";
import type { YAMLParseError } from "yaml";

const QUOTE = "Put the whole line in single quotes";

/** A YAML syntax error in one sentence, with what mends it. */
export function syntaxFault(
  error: YAMLParseError,
  text: string,
  placeAt: (position: number) => Place,
): UserError {
  const [from] = error.pos;
  const at = placeAt(from);
  const fault = (code: string, message: string, remedy: string) =>
    new UserError(code, message, { remedy, at });
  switch (error.code) {
    case "DUPLICATE_KEY": {
      const key = /^[^:\s]+/.exec(text.slice(from))?.[0] ?? "this key";
      return fault("duplicate-key", `\`${key}\` is written twice`, "Keep one of the two");
    }
    case "MULTIPLE_DOCS":
      return fault(
        "yaml-syntax",
        "a second document begins here",
        "Remove `---`: a project file is one document",
      );
    case "TAB_AS_INDENT":
      return fault("yaml-syntax", "a tab is used as indentation", "Indent with spaces");
    case "BAD_SCALAR_START":
      return fault("yaml-syntax", `a text cannot begin with \`${text[from]}\` in YAML`, QUOTE);
    case "NON_STRING_KEY":
      return fault("yaml-key", "a key must be a text", "Write `name: value`");
    case "RESOURCE_EXHAUSTION":
      return fault("yaml-depth", "this is nested too deeply", "Use at most 16 levels");
    case "MISSING_CHAR":
      return /quote/.test(error.message)
        ? fault("yaml-syntax", "a quotation mark is not closed", "Close it on the same line")
        : fault("yaml-syntax", lowered(error.message), "Check the line before and the indentation");
    case "BLOCK_AS_IMPLICIT_KEY":
      return fault("yaml-syntax", "a second `: ` on one line", QUOTE);
    default:
      return fault(
        "yaml-syntax",
        `this is not valid YAML: ${lowered(error.message)}`,
        "Check this line, its quotes and its indentation",
      );
  }
}

function lowered(message: string): string {
  const [first = ""] = message.split("\n");
  return first.charAt(0).toLowerCase() + first.slice(1).replace(/[:.]\s*$/, "");
}
