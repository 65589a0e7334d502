// Is a request to purge signed as it has to be, and what would its signature be? RFC 9421, with the algorithm hmac-sha256. The
// signature has to cover the method, the whole URL and every field that says what is purged, and to be young. Pure: the flow computes
// the code.
import { isInnerList, parseDictionary, serializeByteSequence, serializeInnerList } from "structured-headers";
import { err, ok, type Result } from "../../shared/result.ts";
import { ORDER_FIELDS } from "./request-orders.ts";

export interface ToVerify {
  readonly method: string;
  /** As the client sent it; `authority` and `scheme` as the site sees them. */
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** With its question mark; empty if there is none. */
  readonly search: string;
  readonly headers: Headers;
}

export interface Claimed {
  /** What has been signed: the signature base of RFC 9421 §2.5. */
  readonly base: string;
  /** In Base64. */
  readonly signature: string;
}

/** For the log of whoever runs the edge. The client is told nothing. */
export type SignatureObjection =
  | "not-signed"
  | "signature-unreadable"
  | "other-algorithm"
  | "covers-too-little"
  | "signed-too-long-ago"
  | "signed-in-the-future";

/** Clocks differ. */
const AHEAD_MS = 60_000;
const MAX_LENGTH = 4_096;

export function claimedSignature(
  request: ToVerify,
  { withinMs, now }: { readonly withinMs: number; readonly now: number },
): Result<Claimed, SignatureObjection> {
  const input = request.headers.get("signature-input");
  const given = request.headers.get("signature");
  if (input === null || given === null) return err("not-signed");
  if (input.length + given.length > MAX_LENGTH) return err("signature-unreadable");
  const read = readFields(input, given);
  if (!read) return err("signature-unreadable");
  const { components, created, expires, alg, params, signature } = read;
  if (alg !== undefined && alg !== "hmac-sha256") return err("other-algorithm");
  if (!coversAll(components, request)) return err("covers-too-little");
  if (created * 1_000 > now + AHEAD_MS) return err("signed-in-the-future");
  if (created * 1_000 < now - withinMs || (expires !== undefined && expires * 1_000 < now))
    return err("signed-too-long-ago");
  const lines = components.map((name) => `"${name}": ${componentValue(name, request)}`);
  return ok({ base: [...lines, `"@signature-params": ${params}`].join("\n"), signature });
}

interface Read {
  readonly components: readonly string[];
  readonly created: number;
  readonly expires: number | undefined;
  readonly alg: unknown;
  /** As it is signed. */
  readonly params: string;
  readonly signature: string;
}

/** The first signature counts. Undefined if the fields are no such dictionaries, or have a component that this does not know. */
function readFields(input: string, given: string): Read | undefined {
  try {
    const [[label, list] = ["", undefined]] = parseDictionary(input);
    const value = parseDictionary(given).get(label)?.[0];
    if (!list || !isInnerList(list) || !(value instanceof ArrayBuffer)) return undefined;
    const [items, parameters] = list;
    const components = items.map(([name]) => name);
    if (items.some(([, own]) => own.size > 0) || !components.every(isComponent)) return undefined;
    if (new Set(components).size !== components.length) return undefined;
    const [created, expires] = [parameters.get("created"), parameters.get("expires")];
    if (!isTime(created) || (expires !== undefined && !isTime(expires))) return undefined;
    const [params, signature] = [serializeInnerList(list), serializeByteSequence(value).slice(1, -1)];
    return { components, created, expires, alg: parameters.get("alg"), params, signature };
  } catch {
    return undefined;
  }
}

/** The path as it was sent. A signer knows no other, and the edge has its own canonical form. */
export function splitTarget(url: string): Pick<ToVerify, "path" | "search"> {
  const [, path = "", search = ""] = /^https?:\/\/[^/?#]*([^?#]*)(\?[^#]*)?/s.exec(url) ?? [];
  return { path: path || "/", search };
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value);

const DERIVED = ["@method", "@target-uri", "@authority", "@scheme", "@path", "@query"];

const isComponent = (name: unknown): name is string =>
  typeof name === "string" && (DERIVED.includes(name) || /^[a-z\d-]+$/.test(name));

function coversAll(components: readonly string[], { search, headers }: ToVerify): boolean {
  const has = (name: string) => components.includes(name);
  const hasUrl =
    has("@target-uri") || (has("@authority") && has("@path") && (has("@query") || search === ""));
  return has("@method") && hasUrl && ORDER_FIELDS.every((name) => !headers.has(name) || has(name));
}

/** RFC 9421 §2.1 and §2.2. */
function componentValue(
  name: string,
  { method, scheme, authority, path, search, headers }: ToVerify,
): string {
  switch (name) {
    case "@method":
      return method;
    case "@scheme":
      return scheme;
    case "@authority":
      return authority;
    case "@path":
      return path;
    case "@query":
      return search || "?";
    case "@target-uri":
      return `${scheme}://${authority}${path}${search}`;
    default:
      return headers.get(name) ?? "";
  }
}
