// What the words of `diff` name: versions in the store, or files. The errors are sentences.
import { existsSync } from "node:fs";
import { err, ok, type Result } from "../../shared/result.ts";
import { loadSites } from "../load-sites.ts";
import { countProblems } from "../printing/problem-list.ts";
import type { StoredSites } from "../versioning/stored-sites.ts";
import type { ComparedVersion } from "./compare-sites.ts";

/** `live`, `next` and versions have none of these. */
export const isFile = (word: string): boolean => /[./\\]/.test(word) || existsSync(word);

/** `store` is opened if a word names a version. `host`: of the site; else it is the site of the other side, or the only one. */
export async function readSides(
  words: readonly [string, string],
  host: string | undefined,
  store: () => Promise<Result<StoredSites, string>>,
): Promise<Result<[ComparedVersion, ComparedVersion], string>> {
  const files = await Promise.all(words.map((word) => (isFile(word) ? fileAt(word) : undefined)));
  for (const file of files) if (file && !file.ok) return file;
  const ofFile = files.map((file) => (file?.ok ? file.value : undefined)).find((file) => file !== undefined);
  const opened = files.every((file) => file !== undefined) ? undefined : await store();
  if (opened && !opened.ok) return opened;
  const sides: ComparedVersion[] = [];
  for (const [at, word] of words.entries()) {
    const file = files[at];
    const side =
      file ?? (opened ? await inStore(opened.value, word, host ?? ofFile?.site.hosts[0]) : undefined);
    if (side && !side.ok) return side;
    if (side) sides.push(side.value);
  }
  const [a, b] = sides;
  return a && b ? ok([a, b]) : err("two versions are needed");
}

async function fileAt(file: string): Promise<Result<ComparedVersion, string>> {
  const loaded = await loadSites([file]);
  if (!loaded.ok) return loaded;
  const { sites, problems } = loaded.value;
  const [site] = sites;
  if (problems.length > 0)
    return err(`${file}: ${countProblems(problems)}; \`headgate check ${file}\` shows them`);
  if (!site || sites.length > 1) return err(`${file} has ${sites.length} sites: name one file`);
  return ok({ ...site, name: file });
}

async function inStore(
  sites: StoredSites,
  word: string,
  host: string | undefined,
): Promise<Result<ComparedVersion, string>> {
  const stored = await sites.version(host, word);
  if (!stored.ok) return stored;
  const { version } = stored.value;
  return ok({ ...stored.value, name: word.length < version.length ? word : version });
}
