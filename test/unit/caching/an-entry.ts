// A stored response and a route's cache rules, from what a test cares about.

import type { z } from "zod";
import { STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import { cache } from "../../../shared/site/cache-schema.ts";
import type { headerEdits } from "../../../shared/site/headers-schema.ts";
import type { ResponseEntry } from "../../../worker/caching/entry.ts";
import { partOf } from "../../../worker/caching/law/parts.ts";
import { type CacheRules, compileCacheRules, type Place } from "../../../worker/caching/law/rules.ts";
import { toEntry } from "../../../worker/caching/law/to-entry.ts";
import type { SelectingRequest } from "../../../worker/rewriting/as-sent.ts";
import { toOrigin } from "../../../worker/rewriting/to-origin.ts";
import type { ProxyAction } from "../../../worker/site.ts";
import { type AskedOptions, anAsked, aSite } from "../../support/asked.ts";

export const NOW = Date.UTC(2026, 10, 24, 12);

export const PLACE = { site: "a.test", answeredBy: "all~0", targetsDiffer: false };

/** As a site file says it; the defaults where it says nothing. */
export function someRules(
  config: Exclude<z.input<typeof cache>, "off"> = {},
  place: Place = PLACE,
): CacheRules {
  const rules = compileCacheRules(cache.parse(config), place);
  if (!rules) throw new Error("off");
  return rules;
}

/** A request whose fields reach the origin as they are, but for what the edge always does to them. */
export function aSelectingRequest(
  options: AskedOptions = {},
  edits?: z.input<typeof headerEdits>,
): SelectingRequest {
  const asked = anAsked("https://a.test/", options);
  const action = aProxyAction(edits);
  const rewriting = {
    loopToken: "a",
    requestId: "id",
    action,
    captures: {},
    secrets: STAND_INS,
    otherUrls: [],
  };
  return { asked, ask: () => toOrigin(asked, rewriting), action };
}

function aProxyAction(edits: z.input<typeof headerEdits> | undefined): ProxyAction {
  const site = aSite({
    pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
    routes: [{ id: "all", to: "web", ...(edits && { headers: { request: edits } }) }],
  });
  const action = site.routes[0]?.().action;
  if (action?.kind !== "proxy") throw new Error("the route leads to a pool");
  return action;
}

export interface EntryOptions {
  readonly status?: number;
  readonly rules?: CacheRules;
  readonly receivedAt?: number;
}

/** Received at `NOW`, in no time. */
export function anEntry(fields: Record<string, string> = {}, options: EntryOptions = {}): ResponseEntry {
  const { status = 200, rules = someRules(), receivedAt = NOW } = options;
  const headers = new Headers(fields);
  const received = { status, statusText: "", headers, requestedAt: receivedAt, receivedAt, revision: 0 };
  return toEntry(received, rules, { host: "a.test", path: "/" }, status === 206 ? partOf(headers) : null);
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: unknown): string =>
  bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : String(bytes);
