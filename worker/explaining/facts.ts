// The facts of an imagined request, from the command line or from a test in a site file.

import { canonicalAddress } from "../routing/address.ts";
import type { Facts } from "./foresee.ts";
import type { ImaginedStored } from "./stored-explained.ts";

export interface ImaginedRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Iterable<readonly [string, string]>;
  /** An address, in any spelling of it. */
  readonly ip: string | undefined;
  readonly country: string | undefined;
  readonly now: number;
  readonly stored?: ImaginedStored | undefined;
}

/** Of the range that is set aside for examples (RFC 5737). */
const SOME_CLIENT = "192.0.2.1";
/** As live traffic has it where the platform tells no address. */
const NOBODY = "0.0.0.0";

export function factsOf(imagined: ImaginedRequest): Facts {
  const headers = new Headers([...imagined.headers].map(([name, value]) => [name, value]));
  const url = underHost(asSent(imagined.url), headers.get("host"));
  if (!headers.has("host")) headers.set("host", /:\/\/([^/?#]*)/.exec(url)?.[1] ?? "");
  return {
    line: { method: imagined.method, url, headers },
    // In the spelling that live traffic has: it goes into X-Forwarded-For as it is.
    peer: { ip: canonicalAddress(imagined.ip ?? SOME_CLIENT) ?? NOBODY, country: imagined.country },
    requestId: "new-for-each-request",
    now: imagined.now,
    stored: imagined.stored,
  };
}

/** On the wire a URL is ASCII: clients encode what is not, the host as the IDN rules say and the rest as UTF-8. */
function asSent(url: string): string {
  const match = /^(https?:\/\/)([^/?#]*)(.*)$/is.exec(url);
  if (!match) return url;
  const [, scheme = "", authority = "", rest = ""] = match;
  return scheme.toLowerCase() + asciiHost(authority) + asciiText(rest);
}

const asciiText = (text: string): string => text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);

function asciiHost(authority: string): string {
  if (/^[\x21-\x7e]*$/.test(authority)) return authority;
  return URL.parse(`http://${authority}/`)?.host ?? asciiText(authority); // no host: the edge says so
}

/** The edge takes the host from the Host field, as every server does, whatever address was dialled. */
function underHost(url: string, host: string | null): string {
  return host === null ? url : url.replace(/:\/\/[^/?#]*/, () => `://${host}`);
}
