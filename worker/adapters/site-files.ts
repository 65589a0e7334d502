// The folder of sites of `headgate serve --state`, one file for each key, in the one process that writes it. What was answered is
// on disk: each file is written beside its place and renamed into it.
import { siteKey } from "../../shared/site/stored.ts";
import type { StoreEntry, Written } from "../publishing/site-store.ts";

/** The limit of the usual file systems. */
export const MAX_FILE_NAME_BYTES = 255;

/** Entries are written in their order, and then keys removed; nothing of it if a key holds something else than was seen there. */
export interface FilesAsked {
  readonly entries: readonly StoreEntry[];
  readonly seen: readonly (readonly [key: string, value: string | null])[];
  readonly remove: readonly string[];
}

/** Those of sites. Rejects if the folder cannot be read. */
export async function keysInFolder(folder: Fetcher): Promise<string[]> {
  const answer = await folder.fetch("http://folder/");
  if (!answer.ok) throw new Error(`the folder of sites answered ${answer.status}`);
  const files = (await answer.json()) as { readonly name: string }[];
  return files.map(({ name }) => name).filter((name) => name.startsWith(siteKey("")));
}

const CHANGED_MEANWHILE = "somebody else has published the same site at the same moment";

export class SiteFiles {
  /** The last of the changes: each waits for the one before it. */
  #last: Promise<unknown> = Promise.resolve();

  async answer(request: Request, files: KVNamespace): Promise<Response> {
    const asked = (await request.json()) as FilesAsked;
    const change = this.#last.then(() => changed(files, asked));
    this.#last = change.catch(() => {});
    const { done, unsure, ...rest } = await change;
    return Response.json({ done: [...done], unsure: [...unsure], ...rest });
  }
}

async function changed(files: KVNamespace, { entries, seen, remove }: FilesAsked): Promise<Written> {
  const done = new Set<string>();
  let at = "";
  try {
    for (const [key, value] of seen)
      if ((await files.get(key)) !== value)
        return { done, unsure: new Set(), failure: CHANGED_MEANWHILE, isOvertaken: true };
    for (const { key, value } of entries) {
      at = key;
      await files.put(key, value);
      done.add(key);
    }
    for (const key of remove) {
      at = key;
      if ((await files.get(key)) !== null) await files.delete(key);
      done.add(key);
    }
    return { done, unsure: new Set(), failure: undefined };
  } catch (error) {
    const unsure = new Set(at === "" ? [] : [at]);
    return { done, unsure, failure: `the folder of the sites cannot be written: ${String(error)}` };
  }
}

/** Undefined if it is something else. */
export function readWritten(text: string): Written | undefined {
  try {
    const { done, unsure, failure, isOvertaken } = JSON.parse(text) as Record<"done" | "unsure", string[]> & {
      readonly failure?: string;
      readonly isOvertaken?: boolean;
    };
    return { done: new Set(done), unsure: new Set(unsure), failure, ...(isOvertaken && { isOvertaken }) };
  } catch {
    return undefined;
  }
}
