// Cloudflare has its own cache beneath every fetch. It decides by file extension, ignores any Vary but Accept-Encoding, and does not
// know our sites. `cache: "no-store"` would also bypass it, but adds Cache-Control and Pragma to the request, which every other hop
// would see (docs/decisions/0024).

export const PAST_THE_ZONES_CACHE = { cacheTtl: -1, cacheLevel: "bypass" };
