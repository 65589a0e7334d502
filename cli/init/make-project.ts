// Writes a project from the template.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../../shared/result.ts";
import { IS_CHECKOUT, PROJECT, shipped } from "../project.ts";
import { COMPATIBILITY_DATE } from "../standalone/bundle.ts";

const TEMPLATE = shipped(IS_CHECKOUT ? "cli/init/template" : "template");

/** From the name of a folder, as Cloudflare allows it (with room for `-staging`); undefined if nothing is left of it. */
export function nameFor(folder: string): string | undefined {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 54)
    .replace(/^-+|-+$/g, "");
  return name === "" ? undefined : name;
}

/** A repository that was made or cloned a moment ago. */
const MAY_BE_THERE = new Set([".git"]);

/** The files that were written. The error is a sentence. No file that is there is ever written over. */
export async function makeProject(folder: string, name: string): Promise<Result<string[], string>> {
  const target = path.resolve(folder); // an empty name, as of a variable that is not set, is the current folder
  const called = folder || ".";
  try {
    const present = await readdir(target).catch(nothingIfAbsent);
    if (present.some((entry) => !MAY_BE_THERE.has(entry))) return err(`${called} is not empty`);
    return ok(await writeAll(target, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return err(`${called} cannot be used: ${code}`);
  }
}

function nothingIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code !== "ENOENT") throw error;
  return [];
}

async function writeAll(target: string, name: string): Promise<string[]> {
  const values = { name, compatibilityDate: COMPATIBILITY_DATE, ...(await versions()) };
  const files = (await readdir(TEMPLATE, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const written: string[] = [];
  for (const entry of files) {
    const source = path.join(entry.parentPath, entry.name);
    const file = dotted(path.relative(TEMPLATE, source));
    await mkdir(path.dirname(path.join(target, file)), { recursive: true });
    await writeFile(path.join(target, file), filledIn(await readFile(source, "utf8"), values), {
      flag: "wx",
    });
    written.push(file);
  }
  return written.sort();
}

/** npm leaves files such as .gitignore out of a package, so the template has them without their dot. */
const dotted = (file: string): string => file.replace(/(^|[\\/])_/g, "$1.");

function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template names ${name}, which has no value`);
    return value;
  });
}

/** Of this package and of the tools that it was tried with. */
async function versions(): Promise<{ headgate: string; node: string; wrangler: string }> {
  const { version, dependencies, devDependencies } = JSON.parse(
    await readFile(path.join(PROJECT, "package.json"), "utf8"),
  ) as { version: string; dependencies: Record<string, string>; devDependencies: Record<string, string> };
  return {
    headgate: `^${version}`,
    node: devDependencies.node ?? "24",
    wrangler: dependencies.wrangler ?? "*",
  };
}
