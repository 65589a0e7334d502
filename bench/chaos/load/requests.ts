// Which request is sent at which place of the load? Most are GETs, every fifth is a POST. Pure.

export type Kind = "get" | "post" | "cached";

export interface Planned {
  readonly number: number;
  readonly kind: Kind;
  readonly method: "GET" | "POST";
  readonly target: string;
}

/** Responses under this path may be stored for a second, and served stale after an error. */
export const CACHED_PATH = "/cached/";
const CACHED_PAGES = 10;

/** `withCached`: every tenth request is for one of a few pages that may be stored. */
export function requestAt(number: number, { withCached }: { readonly withCached: boolean }): Planned {
  if (number % 5 === 4) return { number, kind: "post", method: "POST", target: `/orders/${number}` };
  if (withCached && number % 10 === 3) {
    const page = Math.floor(number / 10) % CACHED_PAGES;
    return { number: page, kind: "cached", method: "GET", target: `${CACHED_PATH}${page}` };
  }
  return { number, kind: "get", method: "GET", target: `/pages/${number}` };
}

/** The number in a target: its last segment. Undefined for a probe. */
export function numberIn(target: string): number | undefined {
  const [, number] = /\/(\d+)$/.exec(target) ?? [];
  return number === undefined ? undefined : Number(number);
}
