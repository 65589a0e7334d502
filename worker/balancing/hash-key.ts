// What of a request decides its origin in a pool with `balance: hash`? Read from the request as the origin will see it, so that
// what a route rewrites or removes does not tell requests apart.
import { parseAddress } from "../../shared/address.ts";
import type { HashBy } from "../../shared/site/balance-schema.ts";
import type { OriginAsk, Peer } from "../message.ts";
import { cookiePairs } from "../routing/cookies.ts";
import { parameterValues } from "../routing/spellings.ts";

/** A request on its way to a pool. */
export interface Hashable {
  readonly ask: Pick<OriginAsk, "target" | "headers">;
  readonly client: Pick<Peer, "ip">;
}

/** Undefined if the request does not have it. */
export function hashKeyOf(by: HashBy, { ask, client }: Hashable): string | undefined {
  switch (by.kind) {
    case "ip":
      return networkOf(client.ip);
    case "uri":
      return ask.target;
    case "header":
      return ask.headers.get(by.name) ?? undefined;
    case "cookie":
      return cookiePairs(ask.headers.get("cookie")).find(({ name }) => name === by.name)?.value;
    case "query":
      return parameterValues(queryOf(ask.target), by.name)[0];
  }
}

const queryOf = (target: string): string => {
  const mark = target.indexOf("?");
  return mark === -1 ? "" : target.slice(mark + 1);
};

/**
 * Of an IPv6 address the first 64 bits: a client owns all the others, and takes a new one every day or for every connection
 * (RFC 8981).
 */
function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const address = parseAddress(ip);
  return address && "parts" in address ? address.parts.slice(0, 4).join(":") : ip;
}
