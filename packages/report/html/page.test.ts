import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attacks } from "../testdata/attacks.ts";
import { better, failed, firstVersion, all as reports } from "../testdata/documents.ts";
import { hostile } from "../testdata/hostile.ts";
import { renderHtml } from "./page.ts";

const title = "census-income";

describe("the page", () => {
  it("allows itself nothing: no script, no address but its own repository's", () => {
    const html = renderHtml(Object.values(reports), {
      title,
      links: { run: "https://github.example/runs/1", guide: () => "http://github.example/guide" },
    });
    expect(html.replaceAll("&#x27;", "'").match(/<meta http-equiv[^>]*>/)?.[0]).toBe(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">`,
    );
    expect(html.match(/<script|<img|<iframe|@import|url\(| on\w+=/i)).toBeNull();
    expect(new Set(html.match(/(?:href|src)="[^"]*"/g))).toEqual(
      new Set([`href="https://github.example/runs/1"`]),
    );
  });

  it("tells each interval to those who do not see the lines", () => {
    expect(renderHtml(failed, { title })).toContain(
      'aria-label="auc: −0.0113 [−0.0129,\u00a0−0.0097]; rule: not worse than −0.005"',
    );
  });

  it("marks every verdict with a word and a shape", () => {
    const rows = renderHtml(failed, { title }).match(/<span class="word \w+"><svg.*?<\/span>/g);
    expect(rows?.map((row) => row.replace(/<[^>]*>/g, ""))).toEqual([
      "fail",
      "fail",
      "better",
      "cannot tell",
    ]);
    expect(new Set(rows?.map((row) => row.match(/ d="[^"]*"/)?.[0])).size).toBe(3);
  });
});

const CHROMIUM = "/usr/bin/chromium";
const NAMES = "[...new Set([...document.body.querySelectorAll('*')].map(({ localName }) => localName))]";
const DISTURB = `
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const element of document.querySelectorAll("*")) element.dispatchEvent(new MouseEvent("mouseover"));
`;

describe.skipIf(!existsSync(CHROMIUM))(
  "the page in Chromium (skipped where /usr/bin/chromium is missing)",
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    });
    afterAll(() => browser.close());

    async function open(html: string, viewport = { width: 1000, height: 700 }) {
      const page = await browser.newPage({ viewport });
      const seen = { requests: [] as string[], dialogs: [] as string[], errors: [] as string[] };
      page.on("request", (request) => seen.requests.push(request.url()));
      page.on("dialog", (dialog) => {
        seen.dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      page.on("pageerror", (error) => seen.errors.push(error.message));
      await page.setContent(html, { waitUntil: "load" });
      return { page, seen };
    }

    const corpus = (): string =>
      renderHtml(
        attacks.map((attack) => hostile(attack.slice(0, 300))),
        {
          title: attacks.join(" "),
          footer: attacks.join(" "),
          links: { run: "https://github.example/runs/1" },
        },
      );

    // The policy would hide a hole: without it, escaping has to do it alone.
    it.each([
      ["with its policy", (html: string) => html],
      [
        "without its policy",
        (html: string) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""),
      ],
    ])("asks for nothing and runs nothing, %s", async (_, change) => {
      const { page, seen } = await open(change(corpus()));
      await page.evaluate(DISTURB);
      expect(seen).toEqual({ requests: [], dialogs: [], errors: [] });
      const names = await page.evaluate<string[]>(NAMES);
      const plain = await open(
        renderHtml([hostile("income"), better], {
          title,
          footer: "x",
          links: { run: "https://github.example/runs/1" },
        }),
      );
      const known = await plain.page.evaluate<string[]>(NAMES);
      expect(names.filter((name) => !known.includes(name))).toEqual([]);
      await Promise.all([page.close(), plain.page.close()]);
    });

    it("would notice: a picture is one request", async () => {
      const { page, seen } = await open("<img src='https://evil.example/x.png'>");
      expect(seen.requests).toEqual(["https://evil.example/x.png"]);
      await page.close();
    });

    it.each(Object.entries({ better, failed, firstVersion }))(
      "fits a phone of 360 pixels: %s",
      async (_, report) => {
        const { page } = await open(renderHtml(report, { title }), { width: 360, height: 640 });
        await page.evaluate(DISTURB);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
        await page.close();
      },
    );
  },
);
