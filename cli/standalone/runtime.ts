// The runtime version and flags that the Worker is written for. wrangler.toml repeats them; a test compares both.
export const COMPATIBILITY_DATE = "2026-11-01";
export const COMPATIBILITY_FLAGS: readonly string[] = [];

/** The module that the runtime loads. */
export const WORKER_ENTRY = new URL("../../worker/index.ts", import.meta.url).pathname;
