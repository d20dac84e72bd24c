import { summary } from "@actions/core";

/** The runner refuses a step's summary above this, in bytes. */
export const MAX_SUMMARY_BYTES = 1024 * 1024;

const CUT = "\n\n… shortened: the whole report is in the artifact of this run.\n";

/** Adds to the job's summary. Outside a runner, or where its file cannot be written, says so instead of failing. */
export async function writeSummary(
  markdown: string,
  environment: Readonly<Record<string, string | undefined>>,
) {
  if (!environment.GITHUB_STEP_SUMMARY)
    return { kind: "refused", why: "GITHUB_STEP_SUMMARY is not set" } as const;
  try {
    await summary.addRaw(fitted(markdown, MAX_SUMMARY_BYTES), true).write();
    return { kind: "written" } as const;
  } catch (error) {
    return { kind: "refused", why: error instanceof Error ? error.message : String(error) } as const;
  }
}

/** Cut at a line, so that no table row or character is left half. */
export function fitted(markdown: string, bytes: number): string {
  if (Buffer.byteLength(markdown) < bytes) return markdown;
  const room = Buffer.from(markdown).subarray(0, bytes - Buffer.byteLength(CUT) - 1);
  return room.subarray(0, Math.max(0, room.lastIndexOf("\n"))).toString() + CUT;
}
