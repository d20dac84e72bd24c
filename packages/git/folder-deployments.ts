import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Deployments, UserError } from "@mlops-actions/core";
import { z } from "zod";

const state = z.enum(["queued", "in_progress", "success", "failure", "error", "inactive"]);
const first = z.object({
  model: z.string(),
  environment: z.string(),
  ref: z.string(),
  description: z.string(),
  payload: z.looseObject({ key: z.string() }),
  created: z.string(),
});
const said = z.object({ state, description: z.string(), at: z.string() });

const NAME = /^([1-9]\d{0,8})\.jsonl$/;

/**
 * Deployments in a folder: `<id>.jsonl`, its first line what was meant, one line for everything that was said of it. Lines are only ever
 * added; an id is taken by making its file, which only one can.
 */
export function folderDeployments(folder: string, now: () => Date): Deployments {
  const ids = async () => {
    const names = await readdir(folder).catch(() => [] as string[]);
    return names
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  };
  const file = (id: number) => join(folder, `${id}.jsonl`);
  const read = async (id: number) => {
    // A line that was cut off when somebody was killed was never said.
    const lines = (await readFile(file(id), "utf8")).split("\n").slice(0, -1);
    try {
      const [head, ...rest] = lines.map((line) => JSON.parse(line) as unknown);
      return { id, ...first.parse(head), statuses: rest.map((line) => said.parse(line)) };
    } catch (cause) {
      throw new UserError("unreadable-deployment", `${file(id)} cannot be read`, {
        remedy: "repair the line that is not JSON, or remove the file",
        cause,
      });
    }
  };
  const list: Deployments["list"] = async ({ model, environment }) => {
    const all = await Promise.all((await ids()).map(read));
    return all.filter((one) => one.model === model && one.environment === environment);
  };
  return {
    list,
    statuses: async (id) => (await read(id)).statuses.map((status, i) => ({ id: i, ...status })),
    async create({ model, environment, payload, ...given }) {
      const there = (await list({ model, environment })).find((one) => keyOf(one.payload) === payload.key);
      if (there !== undefined) return there;
      await mkdir(folder, { recursive: true });
      const line = { model, environment, payload, ...given, created: now().toISOString() };
      for (let id = ((await ids())[0] ?? 0) + 1; ; id++) {
        try {
          await writeFile(file(id), `${JSON.stringify(line)}\n`, { flag: "wx" });
          return { id, ...line };
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        }
      }
    },
    async say(id, status) {
      await appendFile(file(id), `${JSON.stringify({ ...status, at: now().toISOString() })}\n`);
    },
  };
}

function keyOf(payload: unknown): unknown {
  return typeof payload === "object" && payload !== null && "key" in payload ? payload.key : undefined;
}
