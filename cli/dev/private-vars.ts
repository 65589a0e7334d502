// How does wrangler get the variables of a run that nobody else on the machine may see? Not as arguments: every user of the machine
// can list those. In a file that only this user can read.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";

/** What wrangler reads by itself if there is no .dev.vars, and no longer does once it is told of a file. */
const ENV_FILES = [".env", ".env.local"];

/** Returns the arguments that make `wrangler dev` read the variables, and what it would have read without them. */
export async function privateVars(
  vars: Readonly<Record<string, string>>,
  { configFolder, ownFolder }: { readonly configFolder: string; readonly ownFolder: string },
): Promise<string[]> {
  const usual = await devVars(configFolder);
  const file = path.join(ownFolder, "private-vars.env");
  await writeFile(file, envText({ ...usual, ...vars }), { mode: 0o600 });
  // Node looks for this argument too, and ends if a file is not there.
  const others = usual ? [] : ENV_FILES.map((name) => path.join(configFolder, name)).filter(existsSync);
  return [...others, file].flatMap((name) => ["--env-file", name]);
}

/** Undefined if there is no such file. */
export async function devVars(configFolder: string): Promise<NodeJS.Dict<string> | undefined> {
  const file = path.join(configFolder, ".dev.vars");
  return existsSync(file) ? parseEnv(await readFile(file, "utf8")) : undefined;
}

/** As wrangler reads it, which fills in `$NAME` in such a file, although not in .dev.vars. Throws if a value cannot be written. */
export function envText(vars: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(vars)
    .map(([name, value = ""]) => `${name}=${quoted(name, value.replaceAll("$", "\\$"))}\n`)
    .join("");
}

function quoted(name: string, value: string): string {
  const quote = ["'", "`"].find((each) => !value.includes(each));
  if (quote === undefined)
    throw new Error(`${name} in .dev.vars has both ' and \`: write it with one of them`);
  return quote + value + quote;
}
