import { type Place, UserError } from "@mlops-actions/core";
import type { YAMLParseError } from "yaml";

/** A YAML syntax error in one sentence, with what mends it. */
export function syntaxFault(
  error: YAMLParseError,
  text: string,
  placeAt: (position: number) => Place,
): UserError {
  const [from] = error.pos;
  const fault = (message: string, remedy: string, at = from, code = "yaml-syntax") =>
    new UserError(code, message, { remedy, at: placeAt(at) });
  const rest = /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? "";

  switch (error.code) {
    case "NON_STRING_KEY":
      return fault("A key must be a text", "Write `name: value`.", from, "yaml-key");
    case "RESOURCE_EXHAUSTION":
      return fault("This is nested too deeply", "Use at most 16 levels.", from, "yaml-depth");
    case "MULTIPLE_DOCS":
      return fault("A second document begins here", "Remove `---`: a project file is one document.");
    case "TAB_AS_INDENT":
      return fault("A tab is used as indentation", "Indent with spaces.");
  }
  const start = reservedStart(text, from);
  if (start !== undefined)
    return fault(
      `A text cannot begin with ${text[start]} in YAML`,
      "Put the text in single quotes: '…'.",
      start,
    );
  const quote = /closing (["'])/.exec(error.message)?.[1];
  if (quote !== undefined)
    return fault(
      "A quotation mark is not closed",
      "Close it on the same line.",
      Math.max(text.lastIndexOf(quote), 0),
    );
  if (/^Flow (?:map|sequence)/.test(error.message))
    return fault("A `{` or `[` above this line is not closed", "Close it with `}` or `]`.");
  if (error.code === "BLOCK_AS_IMPLICIT_KEY")
    return rest.includes(": ")
      ? fault("There is a second `: ` on this line", "Put the text in single quotes: '…'.")
      : fault(
          "The next line is indented as if it belonged to this one",
          "Give keys of one mapping the same indentation.",
        );
  const [first = ""] = error.message.split("\n");
  return fault(
    `This is not valid YAML: ${first.charAt(0).toLowerCase()}${first.slice(1).replace(/[:.]\s*$/, "")}`,
    "Check this line, its quotes and its indentation.",
  );
}

// A condition may begin with a column in backticks or, halfway written, with its comparison; YAML has a use for these signs.
function reservedStart(text: string, position: number): number | undefined {
  const line = text.lastIndexOf("\n", position - 1) + 1;
  const lead = /^\s*(?:- +|[\w-]+: +)*(?=[`@%!&*|>])/.exec(text.slice(line).split("\n", 1)[0] as string);
  return lead === null || lead[0].trim() === "" ? undefined : line + lead[0].length;
}
