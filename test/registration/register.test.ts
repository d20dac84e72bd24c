import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LIMIT, renderMarkdown } from "@mlops-actions/report";
import { profile } from "@mlops-actions/tables";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryRegistry } from "./memory-registry.ts";
import { candidate, detailsOf, register } from "./scene.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder("registration");
});
afterAll(() => folder[Symbol.asyncDispose]());

describe("a model that has passed", () => {
  it("is registered with its profile, card, answers and statements", async () => {
    const at = join(folder.path, "first");
    const made = await candidate(at);
    const registry = memoryRegistry();
    const said = await register(made, registry, join(at, "out"));
    const details = detailsOf(said);
    console.log(JSON.stringify(details.assets, null, 1));
    console.log(await readFile(join(at, "out/card.md"), "utf8"));
    console.log(renderMarkdown(said.document, { limit: LIMIT.summary, links: {} }), said.document.title);
    const p = profile.parse(JSON.parse(await readFile(join(at, "out/profile.json"), "utf8")));
    console.log(JSON.stringify(p).length, p.reference.columns.length);
    expect(details.version).toBe("1.0.0");
    const next = await candidate(join(folder.path, "second"), { model: "other bytes" });
    const again = await register(next, registry, join(folder.path, "second/out"));
    console.log(renderMarkdown(again.document, { limit: LIMIT.summary, links: {} }), again.document.title);
    const third = await register(next, registry, join(folder.path, "second/out2"));
    console.log(renderMarkdown(third.document, { limit: LIMIT.summary, links: {} }), third.document.title);
  });
});
