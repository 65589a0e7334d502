// The runtime that the Worker is written for: its version and flags, its binary, and the module that it loads.
import { createRequire } from "node:module";
import path from "node:path";
import { PROJECT } from "../project.ts";

// wrangler.toml repeats the date and the flags; a test compares both.
export const COMPATIBILITY_DATE = "2026-11-01";
export const COMPATIBILITY_FLAGS: readonly string[] = [];

// The package is CommonJS without types. Its default export is the path of the binary.
export const workerdBinary = (createRequire(import.meta.url)("workerd") as { default: string }).default;

/** The module that the runtime loads. */
export const WORKER_ENTRY = path.join(PROJECT, "worker/index.ts");
