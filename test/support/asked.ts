// Builds a request as the edge reads it, and a site as the pipeline uses it, from only the facts that a test needs.
import type { SiteFile } from "../../shared/site/schema.ts";
import { validateSite } from "../../shared/site/validate.ts";
import { compileSite } from "../../worker/compile-site.ts";
import type { Asked } from "../../worker/message.ts";
import { readRequest } from "../../worker/routing/read-request.ts";
import type { CompiledSite } from "../../worker/site.ts";

export interface AskedOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly ip?: string;
  readonly country?: string;
  readonly asn?: number;
  readonly protocol?: string;
}

/** Throws if the edge rejects the request. */
export function anAsked(
  url: string,
  { method = "GET", headers = {}, ip = "192.0.2.1", country, asn, protocol }: AskedOptions = {},
): Asked {
  const peer = {
    ip,
    country,
    ...(asn !== undefined && { asn }),
    ...(protocol !== undefined && { protocol }),
  };
  const read = readRequest({ method, url, headers: new Headers(headers) }, peer);
  if (!read.ok) throw new Error(`refused: ${read.error.refusal.reason}`);
  return read.value;
}

/** Without hosts it serves a.test. Throws with the problems of an invalid file. */
export function aSite(file: Omit<SiteFile, "hosts"> & { hosts?: string[] }): CompiledSite {
  const site = validateSite({ hosts: ["a.test"], ...file });
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return compileSite(site.value, "test");
}

/** Numbers in [0, 1), the same in every run, so that a failed property test can be reproduced. */
export function repeatableRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
