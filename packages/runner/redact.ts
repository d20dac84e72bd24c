/**
 * Removes secrets from what leaves by other ways than the log, which alone is masked by the runner: comments, checks, files. Known
 * limit: a secret that was split, reversed or compressed is not recognised.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form.length >= SHORTEST);
  // The longest first, or a prefix would leave the rest of a longer one readable.
  forms.sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((safe, form) => safe.replaceAll(form, "***"), text);
}

// Shorter ones would also strike ordinary words and numbers.
const SHORTEST = 6;

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Buffer.from(text).toString("hex"),
    ...[0, 1, 2].map((shift) => base64Inside(text, shift)),
  ]);
}

// What base64 of a longer text holds of this one at each of the three alignments.
function base64Inside(text: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
  const whole = bytes.length - (bytes.length % 3);
  return bytes
    .subarray(0, whole)
    .toString("base64")
    .slice(shift === 0 ? 0 : 4);
}
