// Stores responses in the platform's Cache API. That API has no stale responses, no Vary and no status but 200, and its
// freshness is not ours. So it is given plain 200s that live as long as they may be needed, with the entry inside
// (caching/envelope.ts). A failure is a miss.
//
// A body in memory is part of the envelope. A streaming body is stored separately, and its envelope is written when all of the
// body has arrived: Miniflare keeps the beginning of a stream that breaks, and an isolate may end at any time. A separate body
// outlives its envelope, so that updating the entry writes only an envelope. It is removed when its envelope is replaced or
// deleted. If an isolate ends in between, the body remains and expires.
import { BoundedMap } from "../../shared/remember.ts";
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { type Apart, type Entry, isOfAPart, isWhole, type Stored } from "../caching/entry.ts";
import { type Enclosed, type Envelope, seal, unseal } from "../caching/envelope.ts";
import type { Body } from "../message.ts";
import type { Log, Store } from "../ports.ts";
import { NAME_ENDS } from "./guarded-store.ts";
import { counted } from "./native-streams.ts";
import { Turns } from "./turns.ts";
import { digest } from "./web-crypto.ts";

/** On Cloudflare a key needs a host. The path is reserved for us, so that no stored URL of the site is affected. */
const NAMESPACE = "/.headgate-cache/";

/** A separate body that is renewed repeatedly is written once in this time. */
const BODY_OUTLIVES_ENTRY_MS = 30 * 86_400_000;

/** Says where an envelope's body is, so that the envelope need not be read to find it. */
const BODY_AT = "headgate-body-at";

export function cacheApiStore(cache: Cache, log: Log, now: () => number = Date.now): Store {
  const turns = new Turns();
  const attempt = async <T>(doing: string, act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      log.warn("the Cache API failed; taken for a miss", { doing, error: String(error) });
      return undefined;
    }
  };
  return {
    name: "cache-api",
    isShared: true,
    takes: () => true,
    get: (key) => attempt("match", async () => find(cache, await urlOf(key), now())),
    put: (key, entry, body) =>
      turns.take(
        key,
        async (claim) => {
          await attempt("put", () => keep(cache, { key, entry, body, now: now(), claim }));
        },
        { givesWay: isOfAPart(entry) },
      ),
    renew: (key, found, entry) =>
      turns.take(key, async (claim) => {
        const renewing = { key, found, entry, now: now(), claim };
        return (await attempt("renew", () => renew(cache, renewing))) ?? false;
      }),
    delete: async (key) => {
      turns.overrule(key);
      await attempt("delete", async () => {
        const url = await urlOf(key);
        const at = await bodyOf(cache, url);
        await cache.delete(url);
        await removeBody(cache, url, at);
      });
    },
  };
}

async function find(cache: Cache, url: string, now: number): Promise<Stored | undefined> {
  const envelope = await open(cache, url);
  if (!envelope || envelope.entry.keepUntil <= now) return undefined;
  const { entry, enclosed, body } = envelope;
  if (enclosed.kind === "none") return { entry, body: null };
  if (enclosed.kind === "here") return { entry, body };
  const apart = await cache.match(`${url}/${enclosed.at}`);
  return apart?.body ? { entry, body: apart.body, apart: enclosed } : undefined;
}

async function open(cache: Cache, url: string): Promise<Envelope | undefined> {
  const response = await cache.match(url);
  return response && unseal(new Uint8Array(await response.arrayBuffer()));
}

/** The name of the body that the stored envelope refers to. */
async function bodyOf(cache: Cache, url: string): Promise<string | undefined> {
  const response = await cache.match(url);
  if (response?.body) void cancelQuietly(response.body);
  return response?.headers.get(BODY_AT) ?? undefined;
}

interface Keeping {
  readonly key: string;
  readonly entry: Entry;
  readonly body: Body;
  readonly now: number;
  /** False if the key has been deleted or written again since. */
  claim(): boolean;
}

async function keep(cache: Cache, { key, entry, body, now, claim }: Keeping): Promise<void> {
  if (entry.keepUntil <= now) {
    if (body instanceof ReadableStream) void cancelQuietly(body);
    const url = await urlOf(key);
    const oldAt = await bodyOf(cache, url);
    if (!claim()) return;
    await cache.delete(url); // the entry that it would have replaced
    return removeBody(cache, url, oldAt);
  }
  if (body instanceof ReadableStream) {
    const url = await urlOf(key);
    const apart = await putApart(cache, { url, body, entry, now });
    if (!apart) return;
    const enveloping = { entry, enclosed: { kind: "apart", ...apart } as const, now, claim };
    const isPut = isWhole(entry, apart.bytes) && (await putEnvelope(cache, url, enveloping));
    return isPut ? undefined : removeBody(cache, url, apart.at);
  }
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  if (bytes && !isWhole(entry, bytes.length)) return;
  // Sealed before the first await, so that it is a copy from here on.
  const enclosed = bytes ? ({ kind: "here", bytes: bytes.length } as const) : ({ kind: "none" } as const);
  const sealed = seal(entry, enclosed, bytes ?? undefined);
  await putEnvelope(cache, await urlOf(key), { entry, enclosed, now, claim, sealed });
}

interface Renewing extends Omit<Keeping, "body"> {
  readonly found: Stored;
}

async function renew(cache: Cache, { key, found, entry, now, claim }: Renewing): Promise<boolean> {
  const url = await urlOf(key);
  const there = await open(cache, url);
  // The stored entry must be the one that was found: the newer fields describe these bytes and no others.
  if (!there || JSON.stringify(there.entry) !== JSON.stringify(found.entry)) return false;
  const { enclosed, body } = there;
  const renewed =
    enclosed.kind === "apart" && enclosed.until < entry.keepUntil
      ? await putAnew(cache, url, { enclosed, entry, now })
      : enclosed;
  if (!renewed) return false;
  const sealed = seal(entry, renewed, body);
  const enveloping = { entry, enclosed: renewed, now, claim, sealed, before: { at: atOf(enclosed) } };
  const isPut = await putEnvelope(cache, url, enveloping);
  if (!isPut && renewed !== enclosed) await removeBody(cache, url, atOf(renewed));
  return isPut;
}

/** Stores the body under another name, because it would expire before the entry. */
async function putAnew(
  cache: Cache,
  url: string,
  { enclosed, entry, now }: { enclosed: Apart; entry: Entry; now: number },
): Promise<Enclosed | undefined> {
  const old = await cache.match(`${url}/${enclosed.at}`);
  const apart = old?.body ? await putApart(cache, { url, body: old.body, entry, now }) : undefined;
  return apart?.bytes === enclosed.bytes ? { kind: "apart", ...apart } : undefined;
}

interface Enveloping extends Pick<Keeping, "entry" | "now" | "claim"> {
  readonly enclosed: Enclosed;
  readonly sealed?: Uint8Array;
  /** Where the previous envelope's body is, if that is known. */
  readonly before?: { readonly at: string | undefined };
}

/** Also removes the body of the previous envelope. False if this write no longer counts. */
async function putEnvelope(cache: Cache, url: string, enveloping: Enveloping): Promise<boolean> {
  const { entry, enclosed, now, claim, sealed, before } = enveloping;
  const at = atOf(enclosed);
  const response = plain200(sealed ?? seal(entry, enclosed), entry.keepUntil - now);
  if (at !== undefined) response.headers.set(BODY_AT, at);
  const oldAt = before ? before.at : await bodyOf(cache, url);
  if (!claim()) return false; // no await between here and the put
  await cache.put(url, response);
  if (oldAt !== at) await removeBody(cache, url, oldAt);
  return true;
}

async function removeBody(cache: Cache, url: string, at: string | undefined): Promise<void> {
  if (at !== undefined) await cache.delete(`${url}/${at}`);
}

const atOf = (enclosed: Enclosed): string | undefined =>
  enclosed.kind === "apart" ? enclosed.at : undefined;

interface Putting {
  readonly url: string;
  readonly body: ReadableStream<Uint8Array>;
  readonly entry: Entry;
  readonly now: number;
}

/** Undefined if the body broke. Then nothing of it is kept. */
async function putApart(cache: Cache, { url, body, entry, now }: Putting): Promise<Apart | undefined> {
  const at = crypto.randomUUID();
  const until = entry.keepUntil + BODY_OUTLIVES_ENTRY_MS;
  const bytes = await putStream(body, (stream) => cache.put(`${url}/${at}`, plain200(stream, until - now)));
  if (bytes !== undefined) return { at, bytes, until };
  await cache.delete(`${url}/${at}`);
  return undefined;
}

/** The number of bytes; undefined if the stream broke. */
async function putStream(
  stream: ReadableStream<Uint8Array>,
  put: (stream: ReadableStream<Uint8Array>) => Promise<void>,
): Promise<number | undefined> {
  const { readable, state, stop } = counted(stream);
  try {
    await put(readable);
  } catch (error) {
    stop();
    if (state().broken) return undefined;
    throw error;
  }
  return state().broken ? undefined : state().bytes;
}

function plain200(content: BodyInit, lifeMs: number): Response {
  return new Response(content, {
    headers: {
      "cache-control": `public, max-age=${Math.ceil(lifeMs / 1000)}`,
      "content-type": "application/octet-stream",
    },
  });
}

/**
 * A digest, because a key may be too long for a URL or contain characters that a URL may not. The result is a URL and not a
 * Request: the Cache API would evaluate Range and If-* of a Request.
 */
async function urlOf(key: string): Promise<string> {
  const known = URLS.get(key);
  if (known !== undefined) return known;
  const url = await newUrlOf(key);
  if (key.length <= LONGEST_REMEMBERED) URLS.set(key, url);
  return url;
}

/** Keys that are requested repeatedly are digested once. */
const URLS = new BoundedMap<string>(2_000);
const LONGEST_REMEMBERED = 500;

async function newUrlOf(key: string): Promise<string> {
  return `https://${hostOf(key)}${NAMESPACE}${await digest(new TextEncoder().encode(key))}`;
}

/** The site's own host, by which Cloudflare finds the zone. A site for every host uses the host of the URL. */
function hostOf(key: string): string {
  const [place = "", url = ""] = key.split("#", 2);
  const site = place.slice(place.indexOf(NAME_ENDS) + 1); // without the name of an embedded edge
  const host = site === "*" ? /^(?:http:\/\/)?([^/?]*)/.exec(url)?.[1] : site.replace(/^\*\./, "");
  return host && URL.canParse(`https://${host}/`) ? host : "headgate.internal";
}
