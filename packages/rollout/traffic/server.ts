import { request } from "node:http";
import { type Traffic, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { jsonOf } from "./json.ts";

const traffic = z.object({
  stable: z.object({ version: z.string() }),
  canary: z.object({ version: z.string(), weight: z.number() }).nullable(),
});
const refusal = z.object({ error: z.string(), remedy: z.string().optional() });

const DEADLINE_MS = 10_000;
/** Loading a model may mean fetching it. */
const LOAD_MS = 600_000;
const MOST_BYTES = 8 * 1024 * 1024;

/** The reference server, through its admin socket. It loads versions by itself, every digest checked. */
export function serverTraffic({ socket }: { socket: string }): Traffic {
  const get = async () => traffic.parse(JSON.parse(await serverAnswer(socket, "GET", "/traffic")));
  const put = (path: string, body: object, deadline = DEADLINE_MS) =>
    serverAnswer(socket, "PUT", path, body, deadline);
  return {
    async get() {
      const { stable, canary } = await get();
      return [
        { slot: "stable", version: numberOf(stable.version), weight: 1 - (canary?.weight ?? 0) },
        ...(canary === null
          ? []
          : [{ slot: "canary", version: numberOf(canary.version), weight: canary.weight }]),
      ];
    },
    async set({ stable, canary, weight }) {
      /** As the server itself writes a version that it has loaded. */
      const loaded = async (number: string | null) => {
        const now = await get();
        const names = [now.stable.version, ...(now.canary === null ? [] : [now.canary.version])];
        return { stable: now.stable.version, named: names.find((name) => numberOf(name) === number) };
      };
      const load = async (slot: "stable" | "canary", number: string) => {
        if ((await loaded(number)).named === undefined)
          await put(`/slots/${slot}`, { version: number }, LOAD_MS);
        return (await loaded(number)).named ?? number;
      };
      if (weight === 1) {
        const version = await load("canary", canary.version);
        await put("/traffic", { stable: { version }, canary: null });
        return;
      }
      const wanted =
        stable.version === null ? (await loaded(null)).stable : await load("stable", stable.version);
      if (weight === 0) {
        await put("/traffic", { stable: { version: wanted }, canary: null });
        return;
      }
      const version = await load("canary", canary.version);
      await put("/traffic", { stable: { version: wanted }, canary: { version, weight } });
    },
  };
}

/** One question to the reference server's admin socket. @throws UserError `server-unreachable`, `server-refused` */
export async function serverAnswer(
  socketPath: string,
  method: "GET" | "PUT",
  path: string,
  body?: object,
  deadline = DEADLINE_MS,
): Promise<string> {
  const { status, text } = await answered(socketPath, method, path, body, deadline).catch((cause: Error) => {
    throw new UserError(
      "server-unreachable",
      `The server's admin socket ${socketPath} does not answer: ${cause.message}`,
      {
        remedy: "run this on the machine of the server, as the user that it runs as",
        cause,
      },
    );
  });
  if (status >= 200 && status < 300) return text;
  const said = refusal.safeParse(jsonOf(text)).data;
  throw new UserError(
    "server-refused",
    `The server refused ${method} ${path}: ${said?.error ?? `${status}`}`,
    {
      remedy: said?.remedy ?? "see what its log says",
    },
  );
}

function answered(
  socketPath: string,
  method: string,
  path: string,
  body: object | undefined,
  deadline: number,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath,
        method,
        path,
        headers: { "content-type": "application/json" },
        signal: AbortSignal.timeout(deadline),
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
          if (text.length > MOST_BYTES) response.destroy(new Error("the answer is too long"));
        });
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.once("error", reject);
      },
    );
    asked.once("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** `v1.4.0`, `census@v1.4.0` and `1.4.0` are one. */
function numberOf(version: string): string {
  return version.replace(/^.*@/, "").replace(/^v(?=\d)/, "");
}
