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
    // By default one core is left idle, which on the two of a small runner is half of them.
    maxWorkers: "100%",
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
