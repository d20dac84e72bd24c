import { mayWrite } from "./access.ts";
import { bodyOf, invalid, text } from "./body.ts";
import { type App, type Box, repositoryPath } from "./box.ts";

/** What was told to those that listen. */
export interface Dispatch {
  type: string;
  payload: Readonly<Record<string, unknown>>;
  by: string;
}

const MOST = { type: 100, properties: 10, bytes: 65_535 };

/** `dispatches`: events of one's own. */
export function dispatches(app: App, box: Box): void {
  app.post(`${repositoryPath(box)}/dispatches`, async (c) => {
    const who = mayWrite(c, "contents");
    const body = await bodyOf(c);
    const type = text(body, "event_type");
    const payload = (body.client_payload ?? {}) as Record<string, unknown>;
    const properties = Object.keys(payload).length;
    if (type === "" || type.length > MOST.type) throw invalid("event_type is too long or empty");
    if (properties > MOST.properties)
      throw invalid(`No more than ${MOST.properties} properties are allowed; ${properties} were supplied.`);
    if (JSON.stringify(payload).length > MOST.bytes) throw invalid("client_payload is too large.");
    box.dispatches.push({ type, payload, by: who.login });
    return c.body(null, 204);
  });
}
