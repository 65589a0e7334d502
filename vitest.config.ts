import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A flaky test is a bug: none is run twice.
    retry: 0,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
