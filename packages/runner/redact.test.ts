import fc from "fast-check";
import { expect, test } from "vitest";
import { redactor } from "./redact.ts";

const secret = 'gh"p_Zq8/+x$.*(k';

test.each([
  ["plain", secret],
  ["JSON", JSON.stringify({ token: secret })],
  ["URL", `https://x:${encodeURIComponent(secret)}@host`],
  ["hex", Buffer.from(secret).toString("hex")],
])("a secret is removed as %s", (_, text) => {
  const safe = redactor([secret])(text);
  expect(safe).toContain("***");
  expect(safe).not.toContain(secret.slice(0, 8));
});

test("base64 is recognised wherever the secret begins in the encoded text", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (before, after) => {
      const encoded = Buffer.from(`${before}${secret}${after}`).toString("base64");
      expect(redactor([secret])(encoded)).toContain("***");
    }),
  );
});

test("each line of a key of several lines is a secret", () => {
  const safe = redactor(["-----BEGIN\nMIIEowIBAAKC\n-----END"])("log: MIIEowIBAAKC");
  expect(safe).toBe("log: ***");
});

test("a longer secret is removed whole although a shorter one is its beginning", () => {
  expect(redactor(["abcdef", "abcdefghij"])("abcdefghij")).toBe("***");
});

test("text without secrets is not touched", () => {
  expect(redactor(["", "ab", secret])("abc ab 1234")).toBe("abc ab 1234");
});
