// Is TLS asked for where there is none?
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function tlsWithoutHttps(site: Site): Problem[] {
  const isHttps = (url: string) => new URL(url).protocol === "https:";
  const message = "needs an https URL: an http origin is asked without TLS";
  return Object.entries(site.pools).flatMap(([id, pool]) => [
    ...(pool.tls && !pool.origins.some(({ url }) => isHttps(url))
      ? [problemAt(["pools", id, "tls"], message, { atKey: true })]
      : []),
    ...pool.origins.flatMap(({ url, tls }, index) =>
      tls && !isHttps(url)
        ? [problemAt(["pools", id, "origins", index, "tls"], message, { atKey: true })]
        : [],
    ),
  ]);
}
