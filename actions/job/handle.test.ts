import { UserError } from "@mlops-actions/core";
import { expect, test } from "vitest";
import { printHandle, readHandle } from "./handle.ts";

const digest = "a".repeat(64);

test("a candidate is an artifact of this run, of another, or a folder", () => {
  const here = { name: "mlops-candidate-m", digest };
  expect(readHandle(printHandle(here), "candidate")).toEqual({ kind: "artifact", ...here, id: undefined });
  const elsewhere = { ...here, id: 4242 };
  expect(readHandle(printHandle(elsewhere), "candidate")).toEqual({ kind: "artifact", ...elsewhere });
  const path = "models/m/.mlops/candidate";
  expect(readHandle(path, "candidate")).toEqual({ kind: "folder", path });
});

test.each([
  "m@sha256:",
  `m@sha256:${digest}0`,
  `m@sha256:${digest.toUpperCase()}`,
  `a/b@sha256:${digest}`,
  `m#x@sha256:${digest}`,
])("%s is neither", (text) => {
  expect(() => readHandle(text, "candidate")).toThrow(UserError);
});
