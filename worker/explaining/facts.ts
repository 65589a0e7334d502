// The facts of an imagined request, from the command line or from a test in a site file.
import { canonicalAddress } from "../../shared/address.ts";
import { listsByHand } from "../admission/address-lists.ts";
import type { Claims } from "../admission/authentication/claims.ts";
import type { Facts } from "./foresee.ts";
import type { ImaginedStored } from "./stored-explained.ts";

export interface ImaginedRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Iterable<readonly [string, string]>;
  /** An address, in any spelling. */
  readonly ip: string | undefined;
  readonly country: string | undefined;
  readonly asn?: number | undefined;
  /** The address lists behind a URL that have the address. */
  readonly lists?: readonly string[] | undefined;
  /** Who the client has proven to be; undefined if it has proven nothing. */
  readonly claims?: Claims | undefined;
  readonly now: number;
  readonly stored?: ImaginedStored | undefined;
  readonly usedUp?: readonly string[] | undefined;
}

/** From the range reserved for examples (RFC 5737). */
const SOME_CLIENT = "192.0.2.1";
/** What live traffic has if the platform reports no address. */
const NOBODY = "0.0.0.0";

export function factsOf(imagined: ImaginedRequest): Facts {
  const headers = new Headers([...imagined.headers].map(([name, value]) => [name, value]));
  const url = underHost(asSent(imagined.url), headers.get("host"));
  if (!headers.has("host")) headers.set("host", authorityOf(url));
  return {
    line: { method: imagined.method, url, headers },
    // In the spelling that live traffic has, because it goes into X-Forwarded-For unchanged.
    peer: {
      ip: canonicalAddress(imagined.ip ?? SOME_CLIENT) ?? NOBODY,
      country: imagined.country,
      asn: imagined.asn,
    },
    requestId: "new-for-each-request",
    now: imagined.now,
    stored: imagined.stored,
    lists: imagined.lists && listsByHand(imagined.lists),
    usedUp: imagined.usedUp,
    claims: imagined.claims,
  };
}

const authorityOf = (url: string): string => url.split("://")[1]?.split(/[/?#]/)[0] ?? "";

/** On the wire a URL is ASCII. Clients encode other characters: in the host by the IDN rules, in the rest as UTF-8. */
const asSent = (url: string): string =>
  url.replace(
    /^(https?:\/\/)([^/?#]*)(.*)/is,
    (_url, scheme: string, authority: string, rest: string) =>
      scheme.toLowerCase() + asciiHost(authority) + asciiText(rest),
  );

const asciiText = (text: string): string =>
  text.toWellFormed().replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));

function asciiHost(authority: string): string {
  if (!/[^\x21-\x7e]/.test(authority)) return authority;
  return URL.parse(`http://${authority}/`)?.host ?? asciiText(authority); // not a host: the edge reports that
}

/** The edge takes the host from the Host field, as every server does, whatever address the client connected to. */
function underHost(url: string, host: string | null): string {
  return host === null ? url : url.replace(/:\/\/[^/?#]*/, () => `://${host}`);
}
