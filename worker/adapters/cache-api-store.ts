// Stored responses in the platform's Cache API. It knows no stale answers, no Vary and no status but 200, and its
// own freshness is not ours: so each entry is an envelope, a plain 200 that lives as long as we may need it, with
// the real status, fields and times inside. What it fails at is a miss.
import { ENTRY_FORMAT, type Entry, type Stored } from "../caching/entry.ts";
import type { Body } from "../message.ts";
import type { Log, Store } from "../ports.ts";

/** The entry itself, as JSON in ASCII. */
const ENVELOPE = "x-headgate-entry";

/** On Cloudflare a key needs a host; the path is ours alone, so that no stored URL of the site is touched. */
const NAMESPACE = "/.headgate-cache/";

export function cacheApiStore(cache: Cache, log: Log): Store {
  const failing = (doing: string) => (error: unknown) => {
    log.warn("the Cache API failed; taken for a miss", { doing, error: String(error) });
    return undefined;
  };
  return {
    name: "cache-api",
    get: async (key) => {
      const response = await cache.match(urlOf(key)).catch(failing("match"));
      return response && unpack(response);
    },
    put: async (key, entry, body) => {
      await cache.put(urlOf(key), pack(entry, body)).catch(failing("put"));
    },
    delete: async (key) => {
      await cache.delete(urlOf(key)).catch(failing("delete"));
    },
  };
}

/** A clean URL and no Request: the Cache API would act on Range and If-* of one. */
function urlOf(key: string): string {
  const host = /^(?:http:\/\/)?([^/#]+)/.exec(key)?.[1] ?? "headgate.internal";
  return `https://${host}${NAMESPACE}${encodeURIComponent(key)}`;
}

function pack(entry: Entry, body: Body): Response {
  const lifeSeconds = Math.max(1, Math.ceil((entry.keepUntil - Date.now()) / 1000));
  return new Response(body, {
    headers: {
      "cache-control": `public, max-age=${lifeSeconds}`,
      "content-type": "application/octet-stream",
      [ENVELOPE]: asciiJson(entry),
    },
  });
}

function unpack(response: Response): Stored | undefined {
  const envelope = response.headers.get(ENVELOPE);
  if (envelope === null) return undefined;
  try {
    const entry = JSON.parse(envelope) as Entry;
    return entry.format === ENTRY_FORMAT ? { entry, body: response.body } : undefined;
  } catch {
    return undefined; // of another format, or damaged
  }
}

/** Header fields are bytes: whatever is beyond ASCII is escaped. */
function asciiJson(entry: Entry): string {
  return JSON.stringify(entry).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
