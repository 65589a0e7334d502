import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// A flaky test is a bug: none is run twice. The limits are for what hangs: on a busy machine the start of a command alone takes seconds.
const patience = { retry: 0, testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // On two cores vitest would run one file at a time, and many files wait for a process or a clock.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        // Pure code, and whole Workers on a workerd of their own.
        test: { name: "node", include: ["test/**/*.test.ts"], exclude: ["test/contract/**"], ...patience },
      },
      {
        // Adapters against the platform that Miniflare emulates: these files run inside workerd.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              ratelimits: { LIMIT_5_PER_60: { namespace_id: "1", simple: { limit: 5, period: 60 } } },
            },
          }),
        ],
        test: { name: "contract", include: ["test/contract/**/*.test.ts"], ...patience },
      },
    ],
  },
});
