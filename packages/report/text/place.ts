import type { Place } from "@mlops-actions/core";

/** `mlops.yml:14:9`, as editors and terminals link it. */
export function placed({ file, line, column }: Place): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
}
