// A stored response and a route's cache rules, from what a test cares about.
import type { z } from "zod";
import { cache } from "../../../shared/site/cache-schema.ts";
import type { ResponseEntry } from "../../../worker/caching/entry.ts";
import { type CacheRules, compileCacheRules } from "../../../worker/caching/rules.ts";
import { partOf, toEntry } from "../../../worker/caching/to-entry.ts";

export const NOW = Date.UTC(2026, 10, 24, 12);

/** As a site file says it; the defaults where it says nothing. */
export function someRules(config: Exclude<z.input<typeof cache>, "off"> = {}): CacheRules {
  const rules = compileCacheRules(cache.parse(config));
  if (!rules) throw new Error("off");
  return rules;
}

export interface EntryOptions {
  readonly status?: number;
  readonly rules?: CacheRules;
  readonly receivedAt?: number;
  /** How many bytes of a part arrived. */
  readonly length?: number;
}

/** Received at `NOW`, in no time. */
export function anEntry(fields: Record<string, string> = {}, options: EntryOptions = {}): ResponseEntry {
  const { status = 200, rules = someRules(), receivedAt = NOW, length = 0 } = options;
  const headers = new Headers(fields);
  const received = { status, statusText: "", headers, requestedAt: receivedAt, receivedAt };
  return toEntry(received, rules, status === 206 ? partOf(headers, length) : null);
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: unknown): string =>
  bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : String(bytes);
