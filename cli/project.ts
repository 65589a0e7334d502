// The folder of the product, a checkout or the installed package; its own copy of wrangler; and the wrangler configuration of
// whoever runs a command.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Where package.json stands. The same code runs from cli/ in a checkout and from dist/ in the package. */
export const PROJECT = folderAbove(import.meta.dirname);

/** Of the product. */
export const { version: VERSION } = JSON.parse(readFileSync(path.join(PROJECT, "package.json"), "utf8")) as {
  version: string;
};

export const IS_CHECKOUT = existsSync(path.join(PROJECT, "cli/main.ts"));

/** Files that a build copies for the package, from where they stand in a checkout. */
export const shipped = (file: string): string => path.join(PROJECT, IS_CHECKOUT ? "" : "dist", file);

export const WRANGLER = path.join(
  path.dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin/wrangler.js",
);

const CONFIG_NAMES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];

/** The given one, that of the current folder, or the product's own, which serves sites and nothing else. */
export function wranglerConfig(given?: string, folder = process.cwd()): string {
  if (given !== undefined) return path.resolve(folder, given);
  const files = CONFIG_NAMES.map((name) => path.join(folder, name));
  return files.find((file) => existsSync(file)) ?? shipped("wrangler.toml");
}

function folderAbove(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "package.json"))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no package.json above ${start}`);
  }
}
