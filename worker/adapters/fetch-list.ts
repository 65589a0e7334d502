// One reading of a published address list. It is bounded in time and size, and follows no redirect. It sends nothing but what
// tells the publisher which version is known.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { readListText } from "../keeping/list-text.ts";
import type { ListFailure, ListGood, ListKept, ListResult } from "../keeping/listing.ts";
import { countRanges } from "../routing/address-set.ts";
import { endOf } from "./within.ts";

/** The body included. Lists are large, and their publishers not always fast. */
const WITHIN_MS = 30_000;
/** FireHOL's largest lists have some megabytes. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Longer ones are not worth sending back. */
const MAX_VALIDATOR_LENGTH = 200;

export interface ListFetched {
  readonly result: ListResult;
  /** The list itself, if it was read. */
  readonly words?: Uint32Array;
}

export interface ListFetching {
  readonly fetching?: typeof fetch;
  readonly digest: (bytes: Uint8Array) => Promise<string>;
  readonly withinMs?: number;
}

/** Never rejects. */
export function fetchList(list: ListKept, { fetching = fetch, digest, withinMs = WITHIN_MS }: ListFetching) {
  const giveUp = new AbortController();
  return endOf<ListFetched, ListFetched>(read(list, { fetching, digest, signal: giveUp.signal }), withinMs, {
    arrived: (fetched) => fetched,
    failed: () => failed("connect"),
    late: () => {
      giveUp.abort();
      return failed("timeout");
    },
  });
}

interface Reading {
  readonly fetching: typeof fetch;
  readonly digest: (bytes: Uint8Array) => Promise<string>;
  readonly signal: AbortSignal;
}

async function read(list: ListKept, { fetching, digest, signal }: Reading): Promise<ListFetched> {
  const response = await fetching(list.url, { headers: fieldsFor(list.good), redirect: "manual", signal });
  const failure = failureOf(response);
  if (failure !== undefined || response.status === 304) {
    if (response.body) void cancelQuietly(response.body);
    return failure === undefined ? { result: { kind: "unchanged" } } : failed(failure);
  }
  const text = await textOf(response);
  if (text === undefined) return failed("too-large");
  const found = readListText(text);
  if (!found.ok) return failed(found.error);
  const { words, skipped } = found.value;
  const known = (await digest(new Uint8Array(words.buffer))).slice(0, 32);
  const good = { digest: known, ranges: countRanges(words), ...validatorsOf(response.headers) };
  return { result: { kind: "read", good, skipped }, words };
}

function failureOf({ status, headers }: Response): ListFailure | undefined {
  if (status === 304) return undefined;
  if (status >= 300 && status < 400) return "redirect";
  if (status !== 200) return `${status}`;
  return /^\s*text\/html\b/i.test(headers.get("content-type") ?? "") ? "html" : undefined;
}

const failed = (because: ListFailure): ListFetched => ({ result: { kind: "failed", because } });

function fieldsFor(good: ListGood | undefined): Record<string, string> {
  return {
    "user-agent": "headgate (lists)",
    accept: "text/plain, */*;q=0.1",
    ...(good?.etag !== undefined && { "if-none-match": good.etag }),
    ...(good?.lastModified !== undefined && { "if-modified-since": good.lastModified }),
  };
}

function validatorsOf(headers: Headers): Pick<ListGood, "etag" | "lastModified"> {
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  const isShort = (value: string | null): value is string =>
    value !== null && value.length <= MAX_VALIDATOR_LENGTH;
  return { ...(isShort(etag) && { etag }), ...(isShort(lastModified) && { lastModified }) };
}

/** Undefined if it is too large. It is counted as it arrives, after decompression. */
async function textOf({ body }: Response): Promise<string | undefined> {
  if (!body) return "";
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > MAX_BYTES) {
      void cancelQuietly(reader);
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
