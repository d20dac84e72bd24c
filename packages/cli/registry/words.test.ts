import { UserError } from "@mlops-actions/core";
import { describe, expect, it } from "vitest";
import { isRepository, repositoryOfAddress } from "./github-address.ts";
import { parseTime, toMinute } from "./time.ts";
import { parseWhich } from "./which.ts";

describe("which version is meant", () => {
  it.each([
    ["m", { newest: true }],
    ["m@latest", { newest: true }],
    ["m@v1.4.0", { version: "1.4.0" }],
    ["m@1.4.0", { version: "1.4.0" }],
    ["m@2", { version: "2" }],
    ["m@production", { environment: "production" }],
    ["m#production", { environment: "production" }],
    ["m#latest", { environment: "latest" }],
  ])("%s", (text, which) => expect(parseWhich(text)).toEqual({ model: "m", which }));

  it.each(["", "@v1.0.0", "m@", "m#production#7", "m@v1.0.0@x"])("%j is none", (text) =>
    expect(() => parseWhich(text)).toThrow(UserError),
  );
});

describe("a time", () => {
  it.each([
    ["2026-03-01", "2026-03-01T23:59:59.000Z"],
    ["2026-03-01T14:30", "2026-03-01T14:30:00.000Z"],
    ["2026-03-01 14:30:05", "2026-03-01T14:30:05.000Z"],
    ["2026-03-01T14:30+02:00", "2026-03-01T12:30:00.000Z"],
  ])("%s is %s", (text, time) => expect(parseTime(text).toISOString()).toBe(time));

  it.each(["yesterday", "2026-13-01", "2026-3-1", "1740000000", ""])("%j is none", (text) =>
    expect(() => parseTime(text)).toThrow(UserError),
  );

  it("is said to the minute", () => expect(toMinute("2026-03-01T14:30:59Z")).toBe("2026-03-01 14:30"));
});

describe("a repository on GitHub", () => {
  const github = "https://github.com";
  it.each([
    "https://github.com/acme/models.git",
    "https://github.com/acme/models",
    "https://x-access-token:secret@github.com/acme/models",
    "git@github.com:acme/models.git",
    "ssh://git@github.com/acme/models.git",
  ])("is read from %s", (address) => expect(repositoryOfAddress(address, github)).toBe("acme/models"));

  it.each([
    "https://gitlab.com/acme/models",
    "https://github.com.evil.org/acme/models",
    "https://evil.org/github.com/acme/models",
    "/srv/git/models.git",
    "https://github.com/acme/models/../../x",
  ])("is not read from %s", (address) => expect(repositoryOfAddress(address, github)).toBeUndefined());

  it("may be on another server", () => {
    expect(repositoryOfAddress("git@ghe.acme.org:ml/models.git", "https://ghe.acme.org")).toBe("ml/models");
    expect(["a/b", "a/b/c", "../b", "a"].map(isRepository)).toEqual([true, false, false, false]);
  });
});
