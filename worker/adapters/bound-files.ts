// The files that lie with the edge, through the binding ASSETS: on Cloudflare the assets of the Worker, in `headgate serve` a service that
// reads the folder of `--files`. Both answer for exact paths, with an ETag.
import { err, ok, type Result } from "../../shared/result.ts";
import { BECAUSE_FIELD, FOLDER_FIELD } from "../../shared/site/folder-field.ts";
import { mayServe, readFolderGrants } from "../../shared/site/folder-grants.ts";
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { parseContentRange } from "../caching/law/ranges.ts";
import type { FileAsk, Files, FilesFailure, StoredFile } from "../ports.ts";

/** A rules file is read as a whole. */
const MAX_TEXT_BYTES = 1_048_576;

/** Of a binding, what is used of it here. */
export interface Assets {
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** `grants`: as HEADGATE_FILES_FOR. */
export function boundFiles(
  assets: Assets | undefined,
  runsOn: "cloudflare" | "standalone",
  grants?: string,
): Files {
  const isOnDisk = runsOn === "standalone";
  const get = (ask: FileAsk) => (assets ? fetchFrom(assets, ask) : Promise.resolve(err(NONE_BOUND)));
  const granted = readFolderGrants(grants);
  return {
    objectionTo: (site, folder) => {
      if (!granted.ok) return granted.error;
      return mayServe(granted.value, site, folder)
        ? undefined
        : `${site} may not serve it (HEADGATE_FILES_FOR)`;
    },
    fetch: get,
    measure: (folder, name) => readWith(lengthOf, get({ folder, name, method: "GET" })),
    readText: (folder, name) => readWith(textOf, get({ folder, name, method: "GET" })),
    // On Cloudflare the assets are at hand, and those of a new deployment must not be mixed with old ones. On disk a saved file is live
    // within a second, as everything is, and so is a permission that is taken away: nothing is served that cannot be read any more.
    keep: (cacheControl) => {
      if (!isOnDisk) return "no-store";
      return `max-age=${cacheControl?.includes("immutable") ? 60 : 1}, must-revalidate`;
    },
    rulesForMs: isOnDisk ? 1_000 : 60_000,
  };
}

const NONE_BOUND: FilesFailure = {
  reason: "files-unavailable",
  message: "the Worker has no binding ASSETS: see docs/files.md",
};

async function fetchFrom(
  assets: Assets,
  { folder, name, method, range }: FileAsk,
): Promise<Result<StoredFile | undefined, FilesFailure>> {
  if (!name.split("/").every(isName)) return ok(undefined);
  const path = `${folder}/${name}`.split("/").map(encodeURIComponent).join("/");
  try {
    const response = await assets.fetch(`http://files/${path}`, {
      method,
      // The bytes as they lie there: the edge itself decides how they are coded.
      headers: {
        "accept-encoding": "identity",
        [FOLDER_FIELD]: folder,
        ...(range && { range: `bytes=${range.first}-${range.last}` }),
      },
      redirect: "manual",
    });
    if (response.status === 200 || response.status === 206) return ok(storedFile(response, method));
    if (response.body) void cancelQuietly(response.body);
    if (response.status === 404 || (response.status >= 300 && response.status < 400)) return ok(undefined);
    const because = response.headers.get(BECAUSE_FIELD);
    return failed(because === null ? `the files answered ${response.status}` : decodeURI(because));
  } catch (error) {
    return failed(String(error));
  }
}

/** A URL would lose the others: `..` leads to another folder. */
const isName = (part: string): boolean => part !== "" && part !== "." && part !== "..";

const failed = (message: string) => err<FilesFailure>({ reason: "files-unavailable", message });

function storedFile({ status, headers, body }: Response, method: string): StoredFile {
  const part = status === 206 ? parseContentRange(headers.get("content-range")) : undefined;
  const length = headers.get("content-length");
  return {
    etag: headers.get("etag"),
    lastModified: headers.get("last-modified"),
    contentType: headers.get("content-type"),
    bytes: part?.complete ?? (length === null ? undefined : Number(length)),
    isPart: part !== undefined,
    body: method === "HEAD" ? null : body,
  };
}

type Read<T> = Promise<Result<T, FilesFailure>>;

/** Undefined if there is no such file. */
async function readWith<T>(
  read: (body: ReadableStream<Uint8Array>, bytes: number | undefined) => Read<T>,
  asked: Read<StoredFile | undefined>,
): Read<T | undefined> {
  const found = await asked;
  if (!found.ok) return found;
  if (!found.value?.body) return ok(undefined);
  try {
    return await read(found.value.body, found.value.bytes);
  } catch (error) {
    return failed(String(error));
  }
}

async function lengthOf(body: ReadableStream<Uint8Array>): Read<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return ok(bytes);
}

async function textOf(body: ReadableStream<Uint8Array>, bytes = 0): Read<string> {
  if (bytes <= MAX_TEXT_BYTES) return ok(await new Response(body).text());
  void cancelQuietly(body);
  return failed("a file of rules is larger than 1 MiB");
}
