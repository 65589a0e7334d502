// What of a request decides its origin in a pool with `balance: hash`? Read from the request as the origin will see it, so that
// what a route rewrites or removes does not tell requests apart.
import type { HashBy } from "../../shared/site/balance-schema.ts";
import type { OriginAsk, Peer } from "../message.ts";
import { cookiePairs } from "../routing/cookies.ts";
import { networkOf } from "../routing/network-of.ts";
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
