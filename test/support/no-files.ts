// An edge without files, and one whose files are in a map: `folder/name` → text.
import { ok } from "../../shared/result.ts";
import type { FileAsk, Files, StoredFile } from "../../worker/ports.ts";

export const filesIn = (
  files: Readonly<Record<string, Partial<StoredFile> & { readonly text: string }>>,
): Files => {
  const found = ({ folder, name, method, range }: FileAsk): StoredFile | undefined => {
    const file = files[`${folder}/${name}`];
    if (!file) return undefined;
    const bytes = new TextEncoder().encode(file.text);
    const sent = range ? bytes.subarray(range.first, range.last + 1) : bytes;
    return {
      etag: `"${file.text.length}"`,
      lastModified: null,
      contentType: null,
      bytes: bytes.length,
      isPart: range !== undefined,
      body: method === "HEAD" ? null : new Blob([sent]).stream(),
      ...file,
    };
  };
  return {
    objectionTo: () => undefined,
    fetch: async (ask) => ok(found(ask)),
    measure: async (folder, name) => ok(files[`${folder}/${name}`]?.text.length),
    readText: async (folder, name) => ok(files[`${folder}/${name}`]?.text),
    keep: () => "no-store",
    rulesForMs: 1_000,
  };
};

export const NO_FILES: Files = filesIn({});
