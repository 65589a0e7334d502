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

export type FoundFile = Omit<Representation, "immutable" | "mark">;

export type Found<T> = Promise<Result<T, FilesFailure>>;

/** Undefined if there is no such file. It has its body if it may go out as it is. */
export async function findFile(
  name: string,
  request: FileRequest,
  ports: FilePorts,
): Found<FoundFile | undefined> {
  const { method, headers, rules } = request;
  const { files } = ports;
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
      return measured({ ...found, at, file: sibling.value, coding }, request, ports);
  }
  return measured(found, request, ports);
}

/** A range needs the length, which the assets of Cloudflare do not always tell. Of two builds, the one that is there now counts. */
async function measured(
  found: FoundFile,
  { headers, rules: { folder } }: FileRequest,
  { files }: FilePorts,
): Found<FoundFile | undefined> {
  if (!headers.has("range") || found.file.bytes !== undefined) return ok(found);
  const bytes = await files.measure(folder, found.at);
  return bytes.ok ? ok({ ...found, file: { ...found.file, bytes: bytes.value } }) : bytes;
}

/** Then it is what is left of an earlier build. Where no dates are known, all files are of one build. */
function isOlder(sibling: StoredFile, plain: StoredFile): boolean {
  if (sibling.lastModified === null || plain.lastModified === null) return false;
  return Date.parse(sibling.lastModified) < Date.parse(plain.lastModified);
}

export function letFileGo({ body }: StoredFile): void {
  if (body) void cancelQuietly(body);
}
