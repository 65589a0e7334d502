// Finds what is sent for a file: the file itself, or a precompressed sibling that the client accepts. Flow.
import { ok, type Result } from "../../../shared/result.ts";
import { cancelQuietly } from "../../bodies/cancel-quietly.ts";
import type { Ports } from "../../isolate.ts";
import type { FilesFailure, StoredFile } from "../../ports.ts";
import type { Representation } from "../file-fields.ts";
import type { FilesRules } from "../files-rules.ts";
import { mayHaveSiblings, siblingsFor } from "../siblings.ts";

export interface FileRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly rules: FilesRules;
}

export type FilePorts = Pick<Ports, "now" | "files" | "folders" | "log">;

export type Found<T> = Promise<Result<T, FilesFailure>>;

/** Undefined if there is no such file. It has its body if it may go out as it is. */
export async function findFile(
  name: string,
  { method, headers, rules }: FileRequest,
  { files }: FilePorts,
): Found<Omit<Representation, "immutable"> | undefined> {
  const { folder } = rules;
  const varies = rules.precompressed && mayHaveSiblings(name);
  const siblings = varies ? siblingsFor(name, headers.get("accept-encoding")) : [];
  const isSentAtOnce = method === "GET" && siblings.length === 0 && !headers.has("range");
  const plain = await files.fetch({ folder, name, method: isSentAtOnce ? "GET" : "HEAD" });
  if (!plain.ok) return plain;
  if (!plain.value) return ok(undefined);
  const found = { name, at: name, file: plain.value, coding: undefined, varies };
  for (const { coding, name: at } of siblings) {
    const sibling = await files.fetch({ folder, name: at, method: "HEAD" });
    if (!sibling.ok) return sibling;
    if (sibling.value && !isOlder(sibling.value, plain.value))
      return ok({ ...found, at, file: sibling.value, coding });
  }
  return ok(found);
}

/** Then it is what is left of an earlier build. Where no dates are known, all files are of one build. */
function isOlder(sibling: StoredFile, plain: StoredFile): boolean {
  if (sibling.lastModified === null || plain.lastModified === null) return false;
  return Date.parse(sibling.lastModified) < Date.parse(plain.lastModified);
}

export function letFileGo({ body }: StoredFile): void {
  if (body) void cancelQuietly(body);
}
