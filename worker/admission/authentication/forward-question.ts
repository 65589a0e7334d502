// What is the server asked that decides, and what does its answer mean? Pure; by-subrequest.ts asks.
import type { ForwardConfig } from "../../../shared/site/auth/forward-schema.ts";
import { type Asked, ownReply } from "../../message.ts";
import { HOP_BY_HOP } from "../../rewriting/hop-by-hop.ts";
import { pathAndQuery } from "../../routing/canonical-target.ts";
import type { Claims } from "./claims.ts";
import { type Proof, UNAVAILABLE } from "./proof.ts";
import type { Question, Told } from "./proving.ts";

/** Of a page that says why, or where to log in. */
const MAX_BYTES = 64 * 1_024;

/**
 * Only the fields that the site names, and none of the client's own X-Forwarded-*: a client could tell the server another URL than the
 * one that it gets (CVE-2026-39858, CVE-2026-35051). The names are those of Traefik, and nginx' own for the URL.
 */
export function forwardQuestion(asked: Asked, { url, send, tell, timeout }: ForwardConfig): Question {
  const { method, scheme, authority, client, headers } = asked;
  const sent = send.flatMap((name) => {
    const value = headers.get(name);
    return value === null || isOurs(name) ? [] : [[name, value] as const];
  });
  const all: Record<ForwardConfig["tell"][number], (readonly [string, string])[]> = {
    method: [["x-forwarded-method", method]],
    url: [["x-forwarded-uri", pathAndQuery(asked)]],
    host: [
      ["x-forwarded-proto", scheme],
      ["x-forwarded-host", authority],
    ],
    ip: [["x-forwarded-for", client.ip]],
  };
  const told = tell.flatMap((what) => all[what]);
  return { url, headers: [...sent, ...told], withinMs: timeout, maxBytes: MAX_BYTES };
}

/** Those by which a client could tell it something else than the edge does, in the spelling of CGI too. */
const isOurs = (name: string): boolean =>
  HOP_BY_HOP.has(name) || /^(?:x[-_]forwarded[-_].*|forwarded|host|content[-_]length)$/.test(name);

export function proofOf({ status, headers, body }: Told, { receive, setCookie }: ForwardConfig): Proof {
  if (status >= 200 && status < 300) {
    const claims = claimsOf(headers, receive);
    return setCookie
      ? { kind: "proven", claims, setCookies: headers.getSetCookie() }
      : { kind: "proven", claims };
  }
  const isOfClient = status === 401 || status === 403 || isRedirect(status, headers);
  return isOfClient ? { kind: "answered", reply: answerOf(status, headers, body) } : UNAVAILABLE;
}

const isRedirect = (status: number, headers: Headers): boolean =>
  [301, 302, 303, 307, 308].includes(status) && headers.has("location");

function claimsOf(headers: Headers, receive: readonly string[]): Claims {
  const claims: Record<string, unknown> = {};
  const [first] = receive;
  for (const name of receive) {
    const value = headers.get(name);
    if (value !== null) claims[name] = value;
  }
  const sub = first === undefined ? undefined : claims[first];
  return sub === undefined ? claims : { sub, ...claims };
}

/** What a client needs of it. The rest is between the edge and the server, or is about another body. */
const RELAYED = ["content-type", "content-language", "location", "retry-after", "www-authenticate"];

function answerOf(status: number, headers: Headers, body: string) {
  const relayed = new Headers({ "cache-control": "no-store" });
  for (const name of RELAYED) {
    const value = headers.get(name);
    if (value !== null) relayed.set(name, value);
  }
  for (const cookie of headers.getSetCookie()) relayed.append("set-cookie", cookie);
  return ownReply(status, relayed, body);
}
