// The HTML files of folders, and pages behind URLs.
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../../shared/result.ts";
import { decodeUtf8 } from "../utf8.ts";

export interface HtmlPage {
  readonly name: string;
  readonly html: string;
}

const MOST_FILES = 10_000;
const MAX_BYTES = 16 * 1_048_576;
const PATIENCE_MS = 10_000;

/** The error is a sentence about the command line. */
export async function htmlPages(places: readonly string[]): Promise<Result<HtmlPage[], string>> {
  const pages: HtmlPage[] = [];
  for (const place of places) {
    const found = /^https?:\/\//i.test(place) ? await pageAt(place) : await filesAt(place);
    if (!found.ok) return found;
    pages.push(...found.value);
  }
  return ok(pages);
}

async function pageAt(url: string): Promise<Result<HtmlPage[], string>> {
  try {
    const response = await fetch(url, {
      headers: { accept: "text/html" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) return err(`${url} answers ${response.status}`);
    const type = response.headers.get("content-type") ?? "";
    if (!/^(?:text\/html|application\/xhtml\+xml)\b/i.test(type))
      return err(`${url} is no HTML: ${type || "no type"}`);
    return asPages(url, Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    const { message, cause } = error as Error;
    return err(`${url} cannot be read: ${(cause as Error | undefined)?.message || message}`);
  }
}

async function filesAt(place: string): Promise<Result<HtmlPage[], string>> {
  try {
    const found = await stat(place);
    const names = found.isDirectory() ? await htmlFilesIn(place) : [place];
    if (names.length === 0) return err(`no HTML file (*.html, *.htm) in ${place}`);
    if (names.length > MOST_FILES) return err(`${place} has more than ${MOST_FILES} HTML files`);
    const pages: HtmlPage[] = [];
    for (const name of names) {
      const page = asPages(name, await readFile(name));
      if (!page.ok) return page;
      pages.push(...page.value);
    }
    return ok(pages);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return err(
      code === "ENOENT" ? `no such file or folder: ${place}` : `${place} cannot be read: ${code ?? message}`,
    );
  }
}

/** Links are not followed, so that a folder ends. */
async function htmlFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.html?$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((name) => !name.split(path.sep).includes("node_modules"))
    .sort();
}

function asPages(name: string, bytes: Buffer): Result<HtmlPage[], string> {
  if (bytes.length > MAX_BYTES) return err(`${name} is larger than 16 MiB`);
  const text = decodeUtf8(bytes);
  return text.ok ? ok([{ name, html: text.value }]) : err(`${name} is not UTF-8`);
}
