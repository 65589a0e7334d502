// The folder of the project, and its own copy of wrangler.
import { createRequire } from "node:module";
import path from "node:path";

/** Where wrangler.toml stands. */
export const PROJECT = path.join(import.meta.dirname, "..");

export const WRANGLER = path.join(
  path.dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin/wrangler.js",
);
