/** What a rollout waits for, or why it has ended: in its record, and in reports. */
export const WHY = {
  approval: "nobody has agreed yet",
  "watching-stable": "stable's traffic is watched first",
  "no-traffic": "no requests to both versions since the last look",
  window: "the present window is still open",
  windows: "more windows with requests to both versions are needed",
  dwell: "the step has not lasted long enough",
  requests: "more requests to the canary are needed",
  proof: "not every guardrail is proved yet",
  deadline: "the deadline has passed and not every guardrail was proved",
  settled: "the weight is set, counting from here",
  harm: "worse than stable",
  superseded: "a newer version takes its place",
  "taken-away": "its requests were taken away at the target",
  "other-live": "another version was given to the environment meanwhile",
  hopeless: "a guardrail can never be proved",
  "too-slow": "the deadline cannot be met",
  asked: "rolled back by hand",
} as const;
export type Why = keyof typeof WHY;
export const WHYS = Object.keys(WHY) as [Why, ...Why[]];

export function grouped(count: number): string {
  return new Intl.NumberFormat("en-US").format(Math.round(count));
}

export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}

export function duration(seconds: number): string {
  if (seconds < 5400) return `about ${grouped(Math.max(1, seconds / 60))} min`;
  if (seconds < 172_800) return `about ${Number((seconds / 3600).toPrecision(2))} h`;
  return `about ${Number((seconds / 86_400).toPrecision(2))} days`;
}
