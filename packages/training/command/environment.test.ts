import { describe, expect, it } from "vitest";
import { passedOn, passedToFetch } from "./environment.ts";

const at = (index: number) => ({ file: "mlops.yml", line: index + 1 });

const JOB = {
  PATH: "/bin",
  HOME: "/home/a",
  LC_ALL: "C",
  VIRTUAL_ENV: "/venv",
  AWS_SECRET_ACCESS_KEY: "aws-secret",
  AWS_REGION: "eu",
  HF_TOKEN: "hf",
  DATABASE_URL: "postgres://a:b@c",
  GITHUB_TOKEN: "ghs",
  GITHUB_SHA: "abc",
  GITHUB_ENV: "/tmp/env",
  GITHUB_OUTPUT: "/tmp/output",
  GITHUB_PATH: "/tmp/path",
  GITHUB_STATE: "/tmp/state",
  GITHUB_STEP_SUMMARY: "/tmp/summary",
  ACTIONS_RUNTIME_TOKEN: "runtime",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "oidc",
  INPUT_TOKEN: "input",
  STATE_x: "state",
};
const OURS = Object.keys(JOB).filter((name) => /^(GITHUB_(?!SHA)|ACTIONS_|INPUT_|STATE_)/.test(name));

describe("what training sees", () => {
  it("is a short list without secrets", () => {
    expect(passedOn(JOB, [], at)).toEqual({
      env: { PATH: "/bin", HOME: "/home/a", LC_ALL: "C", VIRTUAL_ENV: "/venv" },
      names: ["HOME", "LC_ALL", "PATH", "VIRTUAL_ENV"],
      secrets: [],
    });
  });

  it("and what the project names, whose values are not for reports", () => {
    const { names, secrets } = passedOn(JOB, ["AWS_*", "HF_TOKEN", "GITHUB_SHA", "ABSENT"], at);
    expect(names).toEqual(
      "AWS_REGION AWS_SECRET_ACCESS_KEY GITHUB_SHA HF_TOKEN HOME LC_ALL PATH VIRTUAL_ENV".split(" "),
    );
    expect(secrets.toSorted()).toEqual(["abc", "aws-secret", "eu", "hf"]);
  });

  it.each([...OURS, "GITHUB_*", "ACTIONS_*", "G*", "I*", "INPUT_FOO", "ACTIONS_RUNTIME_*", "github_token"])(
    "is never %s",
    (pattern) => {
      expect(() => passedOn(JOB, ["HF_TOKEN", pattern], at)).toThrow(
        expect.objectContaining({ code: "env-forbidden", at: { file: "mlops.yml", line: 2 } }),
      );
    },
  );

  it.each(["*", "", "A B", "A=B", "AWS_*_KEY", "$(id)", "a\nb"])(
    "is asked for by names: not by %j",
    (pattern) => {
      expect(() => passedOn(JOB, [pattern], at)).toThrow(expect.objectContaining({ code: "env-pattern" }));
    },
  );
});

it("fetching sees all of its job but the rights over the run", () => {
  const { env } = passedToFetch(JOB);
  expect(Object.keys(env).toSorted()).toEqual(
    Object.keys(JOB)
      .filter((name) => !OURS.includes(name))
      .toSorted(),
  );
});
