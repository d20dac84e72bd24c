import { UserError } from "@mlops-actions/core";

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** A moment as people write it. A day alone is its last second; without a zone it is UTC. */
export function parseTime(text: string): Date {
  const whole = DAY.test(text) ? `${text}T23:59:59Z` : text.replace(" ", "T");
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(whole.slice(10)) ? whole : `${whole}Z`;
  const time = new Date(zoned);
  if ((DAY.test(text) || TIME.test(text)) && !Number.isNaN(time.getTime())) return time;
  throw new UserError("usage", `\`${text}\` is not a time`, {
    remedy: "Write a day or a time in UTC: 2026-03-01, or 2026-03-01T14:30.",
  });
}

/** A moment for people: to the minute, in UTC. */
export function toMinute(date: string): string {
  return date.slice(0, 16).replace("T", " ");
}
