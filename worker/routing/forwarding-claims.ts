// What does the proxy in front of the edge say of the request? X-Forwarded-*, or where it sends none of them
// Forwarded (RFC 7239). To be believed only after it was found trustworthy.
import { addressBesidePort } from "./address.ts";

export interface Claims {
  /** Each hop's address, the client's first; undefined where one is no address. */
  readonly chain: readonly (string | undefined)[];
  readonly scheme: "http" | "https" | undefined;
  readonly host: string | undefined;
  readonly requestId: string | undefined;
}

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}$/;

export function claimsOf(headers: Headers): Claims {
  const forwarded = parseForwarded(headers.get("forwarded") ?? "");
  const own = forwarded.at(-1); // the one that the proxy in front wrote itself
  const chain = headers.get("x-forwarded-for")?.split(",") ?? forwarded.map((hop) => hop.get("for") ?? "");
  const requestId = headers.get("x-request-id") ?? "";
  return {
    chain: chain.map((hop) => addressBesidePort(hop.trim())),
    scheme: asScheme(lastOf(headers.get("x-forwarded-proto")) ?? own?.get("proto")),
    host: lastOf(headers.get("x-forwarded-host")) ?? own?.get("host"),
    requestId: REQUEST_ID.test(requestId) ? requestId : undefined,
  };
}

/** Of a list the last one: the earlier ones came from further away. */
const lastOf = (value: string | null): string | undefined => value?.split(",").at(-1)?.trim();

function asScheme(text: string | undefined): "http" | "https" | undefined {
  const scheme = text?.toLowerCase();
  return scheme === "http" || scheme === "https" ? scheme : undefined;
}

/** RFC 7239 §4: elements by comma, pairs by semicolon, values as tokens or quoted strings. */
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

const unquote = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, "$1")
    : value;
