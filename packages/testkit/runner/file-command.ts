/**
 * Reads a file of outputs, environment or state by the runner's grammar: `NAME=VALUE` or `NAME<<DELIMITER`, whichever sign
 * comes first in the line (actions/runner, FileCommandManager). Later writes win.
 * @throws Error where the runner would fail the step
 */
export function readFileCommand(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  let at = 0;
  const line = (): { text: string; ended: boolean } => {
    const end = text.indexOf("\n", at);
    const found =
      end < 0 ? { text: text.slice(at), ended: false } : { text: text.slice(at, end), ended: true };
    at = end < 0 ? text.length : end + 1;
    return found;
  };
  while (at < text.length) {
    const { text: current } = line();
    if (current === "") continue;
    const equals = current.indexOf("=");
    const heredoc = current.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${current}'. Name must not be empty`);
      values[current.slice(0, equals)] = current.slice(equals + 1);
      continue;
    }
    if (heredoc < 0) throw new Error(`Invalid format '${current}'`);
    const name = current.slice(0, heredoc);
    const delimiter = current.slice(heredoc + 2);
    if (name === "" || delimiter === "")
      throw new Error(`Invalid format '${current}'. Name and delimiter must not be empty`);
    const lines: string[] = [];
    for (;;) {
      if (at >= text.length) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      const next = line();
      if (next.text === delimiter) break;
      if (!next.ended)
        throw new Error(`Invalid value. EOF value must be followed by a newline: '${delimiter}'`);
      lines.push(next.text);
    }
    values[name] = lines.join("\n");
  }
  return values;
}
