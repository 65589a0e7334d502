// What of the runtime the Worker is written for. The same words stand in wrangler.toml; a test compares them.
export const COMPATIBILITY_DATE = "2026-11-01";
export const COMPATIBILITY_FLAGS: readonly string[] = [];

/** What the runtime loads. */
export const WORKER_ENTRY = new URL("../../worker/index.ts", import.meta.url).pathname;
