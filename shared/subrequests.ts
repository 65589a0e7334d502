// How many requests may the edge make for one request? Cloudflare's free plan starts 50 and the paid plan 10,000. Calls of the Cache API count
// among them. KV and Durable Objects do not: they have a limit of 1,000 of their own, which no request comes near.

export const FREE_SUBREQUESTS = 50;

/** For what an isolate refreshes beside a request: the snapshot of the site in the data centre's cache, the keys of an issuer. */
export const KEPT_BACK = 4;

/** Calls of the Cache API: `put` also looks for what was there before. */
export const CACHE_CALLS = { get: 1, put: 2 } as const;
