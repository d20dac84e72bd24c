import type { Element } from "hast";
import { h } from "hastscript";
import type { Release } from "../release/registry.ts";
import { icon } from "./icon.ts";
import { markdown } from "./markdown.ts";

/** The releases of a repository with their notes and files, as GitHub lists them. */
export function releaseList(releases: readonly Release[]): Element[] {
  return releases.map(({ tag_name: tag, name, body, author, assets }) =>
    h("section.box.comment", { id: tag }, [
      h("header", [
        icon("version"),
        h("strong", name ?? tag),
        h("code", tag),
        h("span.muted", `released by ${author.login.replace("[bot]", "")}`),
      ]),
      markdown(body ?? ""),
      h("details.files", [
        h("summary", ["Assets ", h("span.count", String(assets.length))]),
        h("div.scroll", [
          h("table.assets", [
            h(
              "tbody",
              assets.map((asset) =>
                h("tr", [
                  h("td", h("code", asset.name)),
                  h("td.number", `${asset.size.toLocaleString("en-US")} bytes`),
                  h("td", h("code.muted", asset.digest?.slice(0, 19).concat("…") ?? "")),
                ]),
              ),
            ),
          ]),
        ]),
      ]),
    ]),
  );
}
