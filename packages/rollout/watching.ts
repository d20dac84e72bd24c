import { type Evidence, execute, type Loaded, type RunContext } from "@mlops-actions/core";
import type { Details } from "./details.ts";
import type { Section } from "./section.ts";
import { type RollingOut, rollingOut } from "./stage.ts";

/**
 * Takes one step, and goes on as long as there is something to go on with and time for it. Whoever ends it loses nothing: the next tick
 * goes on from there. Only the first step may begin anything: what somebody has ended meanwhile stays ended.
 */
export async function watching(of: {
  told: RollingOut;
  loaded: Loaded<Section>;
  ports: Parameters<ReturnType<typeof rollingOut>["run"]>[2];
  context: RunContext;
  /** How long to go on; 0: one step. */
  seconds: number;
  wait(milliseconds: number): Promise<void>;
}): Promise<Evidence<Details>> {
  const { told, loaded, ports, context, seconds, wait } = of;
  const { clock, progress } = ports;
  const begun = clock.now().getTime();
  const { signal } = new AbortController();
  let watched: number | undefined;
  for (let stage = rollingOut(told); ; stage = rollingOut({ ...told, mode: "tick", watched })) {
    const evidence = await execute(stage, loaded, [], ports, context, signal);
    const { outcome } = evidence.predicate;
    const left = seconds * 1000 - (clock.now().getTime() - begun);
    if (outcome.kind === "error" || loaded.kind === "fault" || left <= 0) return evidence;
    const { state, why, traffic, environment } = outcome.details;
    const isOpen = (state === "rolling" || state === "waiting") && why !== "approval" && why !== "deadline";
    if (!isOpen) return evidence;
    watched ??= outcome.details.deployment ?? undefined;
    progress.step(`${environment}: ${Math.round((traffic?.share ?? 0) * 100)}%, ${why ?? "moved"}`);
    const window = (loaded.project.section[environment]?.window ?? 60) * 1000;
    await wait(Math.min(left, window));
  }
}
