import type { Context } from "hono";

/** One page of a list, and the `Link` header that leads to the others. */
export function page<T>(c: Context, all: readonly T[]): T[] {
  const query = (name: string, fallback: number) => {
    const value = Number.parseInt(c.req.query(name) ?? "", 10);
    return Number.isFinite(value) && value > 0 ? value : fallback;
  };
  const size = Math.min(query("per_page", 30), 100);
  const number = query("page", 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const to = (target: number, rel: string) => {
    const url = new URL(c.req.url);
    url.searchParams.set("page", String(target));
    return `<${url}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (number > 1) links.push(to(number - 1, "prev"));
  if (number < last) links.push(to(number + 1, "next"), to(last, "last"));
  if (number > 1) links.push(to(1, "first"));
  if (links.length > 0) c.header("link", links.join(", "));
  return all.slice((number - 1) * size, number * size);
}
