// Does the edge know who asks, and how? Pure.
import { isIP } from "node:net";
import { type Answer, type Finding, failed, fine, notHere, type Place } from "./finding.ts";

/** What the route `facts` of the smoke site tells. */
export const CLIENT = "x-smoke-client";
export const COUNTRY = "x-smoke-country";
export const SCHEME = "x-smoke-scheme";

/** For documentation (RFC 5737): nobody has it. */
export const FORGED_ADDRESS = "203.0.113.77";

const NOT_TOLD = (answer: Answer) => `status ${answer.status}, without ${CLIENT}`;
const NO_FACTS =
  "the route `facts` of the smoke site did not answer, or something in front of the edge removes its fields";

/** `own`: the address from which we ask, as the place itself tells it; undefined if it does not. */
export function judgeAddress(answer: Answer, own: string | undefined): Finding {
  const told = answer.headers[CLIENT];
  if (told === undefined) return failed(NOT_TOLD(answer), NO_FACTS);
  if (isIP(told) === 0 || told === "0.0.0.0") {
    return failed(
      `the edge takes us for ${told}`,
      "the edge does not know the client's address: rules, limits and logs by address are wrong. HEADGATE_RUNS_ON does not fit the place where the Worker runs",
    );
  }
  if (own === undefined) return fine(`${told}; nothing here could confirm it`);
  if (sameAddress(told, own)) return fine(told);
  return failed(
    `the edge takes us for ${told}, and we are ${own}`,
    "a proxy in front of the edge stands in for its clients: name it in `trustedProxies` of the sites (docs/operations.md)",
  );
}

/** The longest spelling and the shortest are one address. */
const sameAddress = (one: string, other: string): boolean => canonical(one) === canonical(other);
const canonical = (address: string): string =>
  isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : address;

/** `forwarded` was sent with forged X-Forwarded-For and the like, `connecting` with a forged CF-Connecting-IP. */
export function judgeForgery(forwarded: Answer, connecting: Answer, place: Place): Finding {
  const means =
    "a client can choose the address that it is known by: rules, limits and logs by address cannot be trusted. Remove the proxy that lets the field through, or the address range in `trustedProxies` that is too wide";
  if (forwarded.headers[CLIENT] === FORGED_ADDRESS)
    return failed(`the edge believes X-Forwarded-For, X-Real-IP or Forwarded`, means);
  if (forwarded.headers[CLIENT] === undefined) return failed(NOT_TOLD(forwarded), NO_FACTS);
  if (connecting.headers[CLIENT] === FORGED_ADDRESS) {
    return place === "this-machine"
      ? notHere(
          "X-Forwarded-For is not believed. CF-Connecting-IP is, as in `headgate dev`, where no platform sets it",
        )
      : failed("the edge believes CF-Connecting-IP", means);
  }
  if (connecting.headers[CLIENT] !== undefined) return fine("forged fields change nothing");
  return place === "cloudflare"
    ? fine(`forged fields change nothing, and the platform refuses CF-Connecting-IP (${connecting.status})`)
    : failed(NOT_TOLD(connecting), NO_FACTS);
}

export function judgeCountry(answer: Answer, place: Place): Finding {
  const country = answer.headers[COUNTRY];
  if (place !== "cloudflare") return notHere("only Cloudflare knows the country of an address");
  return country !== undefined && /^[A-Z0-9]{2}$/.test(country)
    ? fine(country)
    : failed(
        country === undefined ? "no country" : `the country ${country}`,
        "`country` in rules and `${client.country}` match nothing. `cf.country` is missing on requests",
      );
}

export function judgeScheme(answer: Answer, scheme: string): Finding {
  const told = answer.headers[SCHEME];
  if (told === undefined) return failed(NOT_TOLD(answer), NO_FACTS);
  return told === scheme
    ? fine(told)
    : failed(
        `asked by ${scheme}, and the edge thinks ${told}`,
        "redirects to https would go in a circle, and origins make links of the wrong scheme. What ends TLS in front of the edge has to be named in `trustedProxies`, and to send X-Forwarded-Proto",
      );
}
