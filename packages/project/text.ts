import { UserError } from "@mlops-actions/core";

const MAX_BYTES = 256 * 1024;

/**
 * A project file's bytes as text: UTF-8, with or without a byte order mark.
 * @throws UserError `encoding`, `file-too-large`
 */
export function projectText(bytes: Uint8Array, file: string): string {
  if (bytes.length > MAX_BYTES)
    throw new UserError("file-too-large", `The file has ${bytes.length} bytes`, {
      remedy: `A project file may have ${MAX_BYTES}. Is this the right file?`,
      at: { file },
    });
  const text = decode(bytes, file);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (control === null) return text;
  const before = text.slice(0, control.index).split("\n");
  throw new UserError(
    "encoding",
    `There is a control character (0x${control[0].charCodeAt(0).toString(16).padStart(2, "0")}) here`,
    {
      remedy: "Remove it: a project file is plain text.",
      at: { file, line: before.length, column: (before.at(-1) as string).length + 1 },
    },
  );
}

function decode(bytes: Uint8Array, file: string): string {
  const [a, b] = bytes;
  const isUtf16 = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  try {
    if (!isUtf16) return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new UserError("encoding", `The file is ${isUtf16 ? "UTF-16" : "not valid UTF-8"}`, {
    remedy: "Save it as UTF-8.",
    at: { file },
  });
}
