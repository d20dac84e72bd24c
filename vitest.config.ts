import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/**/*.test.ts",
      "actions/**/*.test.ts",
      "scripts/**/*.test.ts",
      "test/**/*.test.ts",
      "demo/**/*.test.ts",
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
