// Answers a request from a folder as an origin would. Flow: pure functions beside this file say where to look and what to answer. The cache
// stands in front of it as in front of any origin.
import { err, ok, type Result } from "../../../shared/result.ts";
import type { FilesFailure, OriginFailure, OriginReply } from "../../ports.ts";
import { REVALIDATED } from "../file-fields.ts";
import { fieldsFor, giveFields, markOf } from "../headers-file.ts";
import { type Look, looksFor } from "../looks.ts";
import { readsFiles } from "../reads-files.ts";
import { redirected } from "../redirects-file.ts";
import { type FilePorts, type FileRequest, type Found, findFile } from "./find-file.ts";
import { rulesOfFolder } from "./rules-of-folder.ts";
import { fileReply, sendFile } from "./send-file.ts";

type Answered = Result<OriginReply, OriginFailure>;

/** `target`: path and query. */
export async function serveFile(target: string, request: FileRequest, ports: FilePorts): Promise<Answered> {
  const { method, rules } = request;
  if (!readsFiles(method))
    return ok(fileReply(405, new Headers({ allow: "GET, HEAD", "content-length": "0" })));
  const objection = ports.files.objectionTo(rules.site, rules.folder);
  if (objection !== undefined) return failed({ message: objection }, rules.folder, ports);
  const brought = await rulesOfFolder(rules.folder, ports);
  if (!brought.ok) return failed(brought.error, rules.folder, ports);
  const [path, query] = inTwo(target);
  const to = redirected(brought.value.redirects, { path, query });
  if (to?.kind === "redirect") return ok(redirect(to.status, to.location));
  const given = fieldsFor(brought.value.fields, path);
  const answered = await look({ path: to?.path ?? path, query, mark: markOf(given) }, request, ports);
  if (!answered.ok) return failed(answered.error, rules.folder, ports);
  const { headers, status } = answered.value;
  if (status === 200 || status === 206 || status === 304) giveFields(given, headers);
  if (!headers.has(FOR_OUR_CACHE)) headers.set(FOR_OUR_CACHE, ports.files.keep(headers.get("cache-control")));
  return answered;
}

/** It takes precedence, and clients do not see it (caching/law/targeted.ts). */
const FOR_OUR_CACHE = "headgate-cache-control";

function failed({ message }: Pick<FilesFailure, "message">, folder: string, { log }: FilePorts): Answered {
  log.warn("the files cannot be read", { folder, because: message });
  return err({ kind: "connect", message });
}

/** The key of the cache has no query, which may be part of the location. */
const redirect = (status: number, location: string): OriginReply =>
  fileReply(
    status,
    new Headers({
      location,
      "cache-control": REVALIDATED,
      [FOR_OUR_CACHE]: "no-store",
      "content-length": "0",
    }),
  );

function inTwo(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

interface Sought {
  readonly path: string;
  readonly query: string;
  /** Of the fields that the folder gives to this path. */
  readonly mark: string;
}

async function look(sought: Sought, request: FileRequest, ports: FilePorts): Found<OriginReply> {
  for (const one of looksFor(sought.path, request.rules)) {
    const answered = await lookAt(one, sought, request, ports);
    if (!answered.ok) return answered;
    if (answered.value) return ok(answered.value);
  }
  return ok(fileReply(404, new Headers({ "cache-control": REVALIDATED, "content-length": "0" })));
}

/** Undefined if there is no such file. */
async function lookAt(
  look: Look,
  { path, query, mark }: Sought,
  request: FileRequest,
  ports: FilePorts,
): Found<OriginReply | undefined> {
  const { rules } = request;
  if (look.kind === "add-slash") {
    const index = await ports.files.fetch({ folder: rules.folder, name: look.name, method: "HEAD" });
    if (!index.ok) return index;
    return ok(index.value && redirect(301, query === "" ? look.location : `${look.location}?${query}`));
  }
  const found = await findFile(look.name, request, ports);
  if (!found.ok) return found;
  if (!found.value) return ok(undefined);
  const immutable = look.named && rules.isImmutable(path);
  return sendFile({ ...found.value, status: look.status, immutable, mark }, request, ports);
}
