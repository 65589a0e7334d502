// Which sites may serve which folders? HEADGATE_FILES_FOR says it: `shop@shop.example.com docs`. An edge may serve sites of several teams, and
// one of them could name the folder of another, past the rules that guard it there.
import { err, ok, type Result } from "../result.ts";

/** By folder, the sites that may serve it and what is in it, or `all`. What is not listed, no site may serve. */
export type FolderGrants = ReadonlyMap<string, ReadonlySet<string> | "all">;

/** Undefined if nothing is said: then every site may serve every folder. The error is a sentence. */
export function readFolderGrants(text: string | undefined): Result<FolderGrants | undefined, string> {
  if (text === undefined || text.trim() === "") return ok(undefined);
  const grants = new Map<string, Set<string> | "all">();
  for (const entry of text.trim().split(/\s+/)) {
    const [folder = "", site, ...more] = entry.split("@");
    if (folder === "" || site === "" || more.length > 0)
      return err("HEADGATE_FILES_FOR has an entry that is neither FOLDER nor FOLDER@HOST");
    const before = grants.get(folder);
    if (site === undefined) grants.set(folder, "all");
    else if (before !== "all") grants.set(folder, (before ?? new Set()).add(site.toLowerCase()));
  }
  return ok(grants);
}

/** `site` is its name, the first of its hosts. */
export function mayServe(grants: FolderGrants | undefined, site: string, folder: string): boolean {
  if (grants === undefined) return true;
  const names = folder.split("/");
  return names.some((_name, index) => {
    const sites = grants.get(names.slice(0, index + 1).join("/"));
    return sites === "all" || sites?.has(site) === true;
  });
}
