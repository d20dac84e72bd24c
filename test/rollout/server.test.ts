import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { openTraffic, section } from "@mlops-actions/rollout";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";

/** The two slots as the reference server's admin socket speaks of them. */
interface Slots {
  stable: { version: string };
  canary: { version: string; weight: number } | null;
}

/** A stand-in that keeps to `GET /traffic`, `PUT /traffic`, `PUT /slots/<slot>`. */
async function admin(socket: string, slots: Slots) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    asked.push(`${request.method} ${request.url}`);
    const answer = (status: number, value: object) => response.writeHead(status).end(JSON.stringify(value));
    const loaded = [slots.stable.version, slots.canary?.version];
    if (request.method === "GET") return answer(200, slots);
    if (request.url === "/slots/canary") {
      if (body.version === "9.9.9")
        return answer(422, { error: "There is no version 9.9.9", remedy: "Register it." });
      slots.canary = { version: body.version, weight: 0 };
      return answer(200, slots);
    }
    if (!loaded.includes(body.stable.version))
      return answer(409, { error: `${body.stable.version} is in no slot` });
    Object.assign(slots, body);
    return answer(200, slots);
  });
  server.listen(socket);
  await once(server, "listening");
  return { asked, slots, [Symbol.asyncDispose]: async () => void server.close() };
}

async function bodyOf(request: IncomingMessage) {
  let text = "";
  for await (const part of request) text += String(part);
  return text === "" ? {} : JSON.parse(text);
}

function open(socket: string) {
  const { production } = section.parse({ production: { traffic: { kind: "server", socket } } });
  const reach = { model: "census", root: "/", environment: {}, fetch, now: () => new Date() };
  const { traffic } = openTraffic(production as NonNullable<typeof production>, reach);
  if (traffic === undefined) throw new Error("no traffic");
  return traffic;
}
const wanted = (weight: number, version = "1.1.0") => ({
  stable: { slot: "stable", version: "1.0.0" },
  canary: { slot: "canary", version },
  weight,
});

test("the reference server loads a version once, moves requests in steps, and keeps it as stable", async () => {
  await using folder = await temporaryFolder("serve");
  const socket = join(folder.path, "admin.sock");
  await using server = await admin(socket, { stable: { version: "1.0.0" }, canary: null });
  const traffic = open(socket);
  expect(await traffic.get()).toEqual([{ slot: "stable", version: "1.0.0", weight: 1 }]);
  await traffic.set(wanted(0.25));
  await traffic.set(wanted(0.5));
  expect(server.asked.filter((one) => one === "PUT /slots/canary")).toHaveLength(1);
  expect(await traffic.get()).toEqual([
    { slot: "stable", version: "1.0.0", weight: 0.5 },
    { slot: "canary", version: "1.1.0", weight: 0.5 },
  ]);
  await traffic.set(wanted(1));
  await traffic.set(wanted(1));
  expect(server.slots).toEqual({ stable: { version: "1.1.0" }, canary: null });
  expect(await traffic.get()).toEqual([{ slot: "stable", version: "1.1.0", weight: 1 }]);
});

test("taking requests away needs nothing but the version that stays", async () => {
  await using folder = await temporaryFolder("serve");
  const socket = join(folder.path, "admin.sock");
  await using server = await admin(socket, {
    stable: { version: "1.0.0" },
    canary: { version: "1.1.0", weight: 0.5 },
  });
  await open(socket).set(wanted(0));
  expect(server.slots.canary).toBeNull();
  expect(server.asked).not.toContain("PUT /slots/canary");
});

test("what the server refuses is told in its words, and a server that is gone is named", async () => {
  await using folder = await temporaryFolder("serve");
  const socket = join(folder.path, "admin.sock");
  {
    await using _server = await admin(socket, { stable: { version: "1.0.0" }, canary: null });
    await expect(open(socket).set(wanted(0.5, "9.9.9"))).rejects.toMatchObject({
      code: "server-refused",
      message: expect.stringContaining("no version 9.9.9"),
      remedy: "Register it.",
    });
  }
  await expect(open(join(folder.path, "gone.sock")).get()).rejects.toMatchObject({
    code: "server-unreachable",
  });
});
