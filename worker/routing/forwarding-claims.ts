// What the proxy in front of the edge says about the request: X-Forwarded-*, or Forwarded (RFC 7239), as configured by
// the site. Callers may believe it only after they have checked that the proxy is trusted.
import { addressBesidePort } from "../../shared/address.ts";

/**
 * The fields that the site's proxies write. Undefined if the site does not say: X-Forwarded-For is then used or,
 * without it, Forwarded.
 */
export type TrustedFields = "x-forwarded" | "forwarded" | undefined;

/** Each list begins at the client's end: a hop adds its element at the end. */
export interface Claims {
  /** The address of each hop; undefined if the text is not an address. */
  readonly chain: readonly (string | undefined)[];
  readonly schemes: readonly ("http" | "https" | undefined)[];
  readonly hosts: readonly (string | undefined)[];
  readonly requestId: string | undefined;
}

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}$/;

export function claimsOf(headers: Headers, fields: TrustedFields): Claims {
  const requestId = headers.get("x-request-id") ?? "";
  return {
    ...(fields === "forwarded" ? fromForwarded(headers) : fromXForwarded(headers, fields)),
    requestId: REQUEST_ID.test(requestId) ? requestId : undefined,
  };
}

type OfHops = Omit<Claims, "requestId">;

/** If the site does not say which is used, a value that is missing in one is looked up in the other. */
function fromXForwarded(headers: Headers, fields: TrustedFields): OfHops {
  const [chain, schemes, hosts] = ["for", "proto", "host"].map((name) =>
    listOf(headers, `x-forwarded-${name}`),
  );
  const other = fields === "x-forwarded" ? NOTHING : fromForwarded(headers);
  return {
    chain: chain?.map(addressBesidePort) ?? other.chain,
    schemes: schemes?.map(asScheme) ?? other.schemes,
    hosts: hosts ?? other.hosts,
  };
}

function fromForwarded(headers: Headers): OfHops {
  const hops = parseForwarded(headers.get("forwarded") ?? "");
  return {
    chain: hops.map((hop) => asAddress(hop.get("for"))),
    schemes: hops.map((hop) => asScheme(hop.get("proto"))),
    hosts: hops.map((hop) => hop.get("host")),
  };
}

const NOTHING: OfHops = { chain: [], schemes: [], hosts: [] };

const listOf = (headers: Headers, name: string): string[] | undefined =>
  headers
    .get(name)
    ?.split(",")
    .map((member) => member.trim());

const asAddress = (node: string | undefined): string | undefined =>
  node === undefined ? undefined : addressBesidePort(node);

/** For a WebSocket handshake, some proxies report the WebSocket scheme of its URL (RFC 6455 §3). */
function asScheme(text: string | undefined): "http" | "https" | undefined {
  switch (text?.toLowerCase()) {
    case "http":
    case "ws":
      return "http";
    case "https":
    case "wss":
      return "https";
  }
  return undefined;
}

/** RFC 7239 §4: elements separated by commas, pairs by semicolons, values as tokens or quoted strings. */
export function parseForwarded(field: string): ReadonlyMap<string, string>[] {
  if (field === "") return [];
  return splitOutsideQuotes(field, ",").map(
    (element) =>
      new Map(
        splitOutsideQuotes(element, ";").map((pair) => {
          const equals = pair.indexOf("=");
          return [pair.slice(0, equals).trim().toLowerCase(), unquote(pair.slice(equals + 1).trim())];
        }),
      ),
  );
}

function splitOutsideQuotes(text: string, separator: "," | ";"): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (quoted && text[at] === "\\") at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && text[at] === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

const unquote = (value: string): string => /^"(.*)"$/s.exec(value)?.[1]?.replace(/\\(.)/g, "$1") ?? value;
