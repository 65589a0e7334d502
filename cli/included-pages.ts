// The pages for errors that stand in files beside a site file: their texts become part of the site.
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { type Problem, problemAt } from "../shared/site/problem.ts";
import { decodeUtf8 } from "./utf8.ts";

const MAX_BYTES = 256 * 1_024;

export interface Pages {
  /** Puts their texts into the value of a site file. What is not of the right shape is said elsewhere. */
  readonly include: (value: unknown) => readonly Problem[];
  /** The files that have been asked for so far. */
  readonly files: readonly string[];
}

/** For files in this folder. */
export function pagesIn(folder: string): Pages {
  const files: string[] = [];
  const include = (value: unknown) =>
    placesIn(value).flatMap(({ page, keys }) => {
      const { file } = page;
      if (typeof file !== "string" || !/^\w[\w.-]*$/.test(file)) return [];
      files.push(path.join(folder, file));
      const text = textAt(folder, file);
      if (typeof text !== "string") return [problemAt([...keys, "file"], text.problem)];
      page.body = text;
      return [];
    });
  return { include, files };
}

interface Place {
  readonly page: { file?: unknown; body?: unknown };
  readonly keys: readonly PropertyKey[];
}

function placesIn(value: unknown): Place[] {
  const site = objectIn(value);
  const routes = Array.isArray(site.routes) ? site.routes : [];
  return [
    ...pagesOf(site.errors, ["errors", "pages"]),
    ...routes.flatMap((route, at) => pagesOf(objectIn(route).errors, ["routes", at, "errors", "pages"])),
  ];
}

const pagesOf = (errors: unknown, keys: readonly PropertyKey[]): Place[] =>
  Object.entries(objectIn(objectIn(errors).pages)).flatMap(([which, page]) =>
    "file" in objectIn(page) ? [{ page: objectIn(page), keys: [...keys, which] }] : [],
  );

const objectIn = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** A link may lead to another file of the folder, as in a ConfigMap of Kubernetes, and nowhere else. */
function textAt(folder: string, name: string): string | { readonly problem: string } {
  try {
    const home = realpathSync(folder);
    const file = realpathSync(path.join(home, name));
    if (!file.startsWith(home + path.sep))
      return { problem: `leads out of the folder of the site file: ${name}` };
    const found = statSync(file);
    if (!found.isFile()) return { problem: `is no file: ${name}` };
    if (found.size > MAX_BYTES) return { problem: `is longer than 256 KiB: ${name}` };
    const text = decodeUtf8(readFileSync(file));
    return text.ok ? text.value : { problem: `is not UTF-8: ${name}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      problem:
        code === "ENOENT"
          ? `is not there: ${name}, beside the site file`
          : `cannot be read: ${name} (${code})`,
    };
  }
}
