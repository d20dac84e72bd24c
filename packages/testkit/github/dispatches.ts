import { mayWrite } from "./access.ts";
import { bodyOf, invalid, text } from "./body.ts";
import { type App, type Box, repositoryPath } from "./box.ts";

/** What was dispatched, for the tests to see: nothing listens in the box. */
export interface Dispatched {
  type: string;
  payload: unknown;
  by: string;
}

const MAX_TYPE = 100;
const MAX_PROPERTIES = 10;
const MAX_BYTES = 65_536;

/** `dispatches`: tells workflows that something has happened. */
export function dispatches(app: App, box: Box): void {
  app.post(`${repositoryPath(box)}/dispatches`, async (c) => {
    const who = mayWrite(c, "contents");
    const body = await bodyOf(c);
    const type = text(body, "event_type");
    if (type.length > MAX_TYPE) throw invalid(`event_type is too long (maximum is ${MAX_TYPE} characters).`);
    const payload = body.client_payload ?? {};
    if (typeof payload !== "object" || Array.isArray(payload))
      throw invalid("client_payload is not an object.");
    if (Object.keys(payload).length > MAX_PROPERTIES)
      throw invalid(`No more than ${MAX_PROPERTIES} properties are allowed.`);
    if (Buffer.byteLength(JSON.stringify(payload)) >= MAX_BYTES)
      throw invalid("client_payload is too large.");
    box.dispatched.push({ type, payload, by: who.login });
    return c.body(null, 204);
  });
}
