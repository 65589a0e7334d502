// Stored responses in the platform's Cache API. It knows no stale answers, no Vary and no status but 200, and its
// own freshness is not ours: so what it is given are plain 200s that live as long as we may need them, and the entry
// is inside (caching/envelope.ts). What fails is a miss.
//
// A body at hand lies in the envelope. One that streams is put apart, and its envelope when all of it is through:
// Miniflare keeps what had arrived of a stream that breaks, and an isolate may end at any time. An envelope that
// is replaced or deleted leaves a body behind that nothing leads to; it ages out.
import { BoundedMap } from "../../shared/bounded-map.ts";
import { seal, unseal } from "../caching/envelope.ts";
import { type Entry, isWhole, type Stored } from "../caching/entry.ts";
import type { Body } from "../message.ts";
import type { Log, Store } from "../ports.ts";
import { counted } from "./counted.ts";
import { digest } from "./digest.ts";
import { letGo } from "./gather.ts";
import { Turns } from "./turns.ts";

/** On Cloudflare a key needs a host; the path is ours alone, so that no stored URL of the site is touched. */
const NAMESPACE = "/.headgate-cache/";

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
    get: (key) => attempt("match", async () => find(cache, await urlOf(key), now())),
    put: (key, entry, body) =>
      turns.take(key, async (claim) => {
        await attempt("put", () => keep(cache, { key, entry, body, now: now(), claim }));
      }),
    delete: async (key) => {
      turns.overrule(key);
      await attempt("delete", async () => cache.delete(await urlOf(key)));
    },
  };
}

async function find(cache: Cache, url: string, now: number): Promise<Stored | undefined> {
  const response = await cache.match(url);
  const envelope = response && unseal(new Uint8Array(await response.arrayBuffer()));
  if (!envelope || envelope.entry.keepUntil <= now) return undefined;
  const { entry, enclosed, body } = envelope;
  if (enclosed.kind === "none") return { entry, body: null };
  if (enclosed.kind === "here") return { entry, body };
  const apart = await cache.match(`${url}/${enclosed.at}`);
  return apart?.body ? { entry, body: apart.body } : undefined;
}

interface Keeping {
  readonly key: string;
  readonly entry: Entry;
  readonly body: Body;
  readonly now: number;
  /** False where the key has been deleted, or put anew, since. */
  claim(): boolean;
}

async function keep(cache: Cache, { key, entry, body, now, claim }: Keeping): Promise<void> {
  const lifeSeconds = Math.ceil((entry.keepUntil - now) / 1000);
  const put = (url: string, content: BodyInit) => cache.put(url, plain200(content, lifeSeconds));
  if (lifeSeconds <= 0) {
    if (body instanceof ReadableStream) letGo(body);
    await cache.delete(await urlOf(key)); // what it would have replaced
    return;
  }
  if (body instanceof ReadableStream) {
    const url = await urlOf(key);
    const at = crypto.randomUUID();
    const bytes = await putStream(body, (stream) => put(`${url}/${at}`, stream));
    if (bytes === undefined || !isWhole(entry, bytes) || !claim()) return;
    return put(url, seal(entry, { kind: "apart", at, bytes }));
  }
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  if (bytes && !isWhole(entry, bytes.length)) return;
  // Sealed before anything is waited for: from here on it is a copy.
  const enclosed = bytes ? ({ kind: "here", bytes: bytes.length } as const) : ({ kind: "none" } as const);
  const sealed = seal(entry, enclosed, bytes ?? undefined);
  const url = await urlOf(key);
  if (claim()) await put(url, sealed);
}

/** How many bytes it had; undefined where it broke. */
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

function plain200(content: BodyInit, lifeSeconds: number): Response {
  return new Response(content, {
    headers: {
      "cache-control": `public, max-age=${lifeSeconds}`,
      "content-type": "application/octet-stream",
    },
  });
}

/**
 * A digest, since a key may be longer than a URL, and hold what no URL may. A URL and no Request: the Cache API would
 * act on Range and If-* of one.
 */
async function urlOf(key: string): Promise<string> {
  const known = URLS.get(key);
  if (known !== undefined) return known;
  const url = await newUrlOf(key);
  if (key.length <= LONGEST_REMEMBERED) URLS.set(key, url);
  return url;
}

/** What is asked for again and again is digested once. */
const URLS = new BoundedMap<string>(2_000);
const LONGEST_REMEMBERED = 500;

async function newUrlOf(key: string): Promise<string> {
  return `https://${hostOf(key)}${NAMESPACE}${await digest(new TextEncoder().encode(key))}`;
}

/** The site's own host, by which Cloudflare finds the zone; of a site for every host the URL's. */
function hostOf(key: string): string {
  const [site = "", url = ""] = key.split("#", 2);
  const host = site === "*" ? /^(?:http:\/\/)?([^/?]*)/.exec(url)?.[1] : site.replace(/^\*\./, "");
  return host && URL.canParse(`https://${host}/`) ? host : "headgate.internal";
}
