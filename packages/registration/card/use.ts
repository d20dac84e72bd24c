import type { Block } from "@mlops-actions/core";
import { MANIFEST } from "../trust/accepted.ts";
import type { CardFacts } from "./facts.ts";

export function use({ manifest }: Pick<CardFacts, "manifest">): Block[] {
  const { model, files } = manifest;
  return [
    { kind: "command", text: `npx mlops-actions registry download ${model}@latest into ${model}` },
    {
      kind: "text",
      text: [
        "Or with what is installed anywhere; the tag names a commit whose tree is ",
        { code: MANIFEST },
        ", and that has the digests of all files:",
      ],
    },
    {
      kind: "command",
      text: [
        `git ls-remote --tags origin '${model}@v*'`,
        `gh release download '${model}@vX.Y.Z' --dir ${model}`,
        ...files.map(({ name, sha256 }) => `echo '${sha256}  ${model}/${name}' | sha256sum --check`),
      ].join("\n"),
    },
  ];
}
