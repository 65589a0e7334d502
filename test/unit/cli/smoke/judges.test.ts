// What each answer means, also those that no test can have from a real edge.
import { describe, expect, it } from "vitest";
import type { Answer, Finding, Place } from "../../../../cli/smoke/finding.ts";
import { judgeCache, judgeZoneCache } from "../../../../cli/smoke/judge-caches.ts";
import {
  FORGED_ADDRESS,
  judgeAddress,
  judgeCountry,
  judgeForgery,
} from "../../../../cli/smoke/judge-client.ts";
import { judgeEarlyHints, judgeHttp2, judgeWebSocket } from "../../../../cli/smoke/judge-connections.ts";
import { judgeHealth, judgeStaleSite, placeOf } from "../../../../cli/smoke/judge-edge.ts";
import { judgeCompressed, judgeDeadOrigin } from "../../../../cli/smoke/judge-origins.ts";

const answer = (headers: Record<string, string> = {}, status = 200, body = ""): Answer => ({
  status,
  headers,
  body: Buffer.from(body),
});
const client = (address: string) => answer({ "x-smoke-client": address });

interface Row {
  readonly what: string;
  readonly finding: Finding;
  readonly is: string;
}
const row = (what: string, finding: Finding, is: string): Row => ({ what, finding, is });
const told = ({ verdict, saw }: Finding) => `${verdict}: ${saw}`;

const STORED = answer({ "cache-status": "headgate; fwd=uri-miss; stored" });
const MISS = answer({ "cache-status": "headgate; fwd=uri-miss; stored" });
const HIT = answer({ "cache-status": "origin; fwd=miss, headgate; hit; ttl=9", age: "7" });
const ORIGINS_HIT = answer({ "cache-status": 'headgate; fwd=uri-miss; stored, "other, cache"; hit' });
const dated = (date: string, more = {}) => answer({ date, ...more });

describe("what an answer means", () => {
  it.each<Row>([
    row(
      "health",
      judgeHealth(answer({}, 200, '{"status":"ok"}'), "elsewhere"),
      "ok: there, outside Cloudflare",
    ),
    row(
      "no health",
      judgeHealth(answer({}, 200, "<html>"), "cloudflare"),
      "failed: /.headgate/health: status 200",
    ),
    row("no site", judgeStaleSite(answer({}, 404), 120_400), "failed: status 404 after 120 s"),
    row("a broken site", judgeStaleSite(answer({}, 500), 1_000), "failed: status 500 after 1 s"),
    row("an old site", judgeStaleSite(answer(), 1_000), "failed: another version after 1 s"),

    row("our address", judgeAddress(client("2001:db8:0::1"), "2001:db8::1"), "ok: 2001:db8:0::1"),
    row(
      "an address that nobody confirms",
      judgeAddress(client("192.0.2.1"), undefined),
      "ok: 192.0.2.1; nothing here could confirm it",
    ),
    row(
      "another address",
      judgeAddress(client("192.0.2.1"), "192.0.2.2"),
      "failed: the edge takes us for 192.0.2.1, and we are 192.0.2.2",
    ),
    row("no address", judgeAddress(client("0.0.0.0"), "192.0.2.2"), "failed: the edge takes us for 0.0.0.0"),
    row("no facts", judgeAddress(answer({}, 404), undefined), "failed: status 404, without x-smoke-client"),

    row(
      "nothing forged",
      judgeForgery(client("192.0.2.1"), client("192.0.2.1"), "elsewhere"),
      "ok: forged fields change nothing",
    ),
    row(
      "a forged CF-Connecting-IP, in public",
      judgeForgery(client("192.0.2.1"), client(FORGED_ADDRESS), "elsewhere"),
      "failed: the edge believes CF-Connecting-IP",
    ),
    row(
      "a forged X-Forwarded-For, here",
      judgeForgery(client(FORGED_ADDRESS), client(FORGED_ADDRESS), "this-machine"),
      "failed: the edge believes X-Forwarded-For, X-Real-IP or Forwarded",
    ),
    row(
      "a refusal that is not the platform's",
      judgeForgery(client("192.0.2.1"), answer({}, 403), "elsewhere"),
      "failed: status 403, without x-smoke-client",
    ),

    row("no country", judgeCountry(answer(), "cloudflare"), "failed: no country"),
    row(
      "a country made up by `dev`",
      judgeCountry(answer({ "x-smoke-country": "US" }), "this-machine"),
      "not-applicable: only Cloudflare knows the country of an address",
    ),

    row("a hit", judgeCache(STORED, [MISS, HIT], "a.test"), "ok: a hit 7 s after it was stored"),
    row(
      "a hit of another cache",
      judgeCache(STORED, [ORIGINS_HIT], "a.test"),
      "failed: stored, and 1 requests later not found",
    ),
    row(
      "no hit on workers.dev",
      judgeCache(STORED, [MISS], "a.workers.dev"),
      "not-applicable: the Cache API stores nothing on *.workers.dev: attach a domain",
    ),
    row(
      "an error of the origin",
      judgeCache(answer({}, 404), [], "a.test"),
      "failed: the origin answers 404",
    ),
    row(
      "an answer that may not be stored",
      judgeCache(answer({ "cache-status": "headgate; fwd=uri-miss; detail=set-cookie" }), [], "a.test"),
      "not-applicable: the origin's answer may not be stored (set-cookie): choose another --path",
    ),
    row(
      "no word of the cache",
      judgeCache(answer(), [], "a.test"),
      "not-applicable: the origin's answer may not be stored (no Cache-Status): choose another --path",
    ),

    row(
      "another date",
      judgeZoneCache(dated("1"), dated("3"), undefined, "cloudflare"),
      "ok: two requests, and the origin answered each",
    ),
    row(
      "the same date",
      judgeZoneCache(dated("1"), dated("1"), dated("9"), "cloudflare"),
      "failed: two requests, and one answer of the origin",
    ),
    row(
      "the same date, of an origin with a cache",
      judgeZoneCache(dated("1"), dated("1"), dated("9", { age: "3" }), "cloudflare"),
      "not-applicable: the origin has a cache of its own, and its answers do not tell which cache they come from",
    ),
    row(
      "a miss of the zone's cache",
      judgeZoneCache(dated("1"), dated("3", { "cf-cache-status": "MISS" }), undefined, "cloudflare"),
      "failed: CF-Cache-Status: MISS",
    ),

    row(
      "an origin that is not reached",
      judgeCompressed(answer(), undefined),
      "not-applicable: the origin cannot be reached from here, so there is nothing to compare with",
    ),
    row(
      "an origin that does not compress",
      judgeCompressed(answer(), [answer(), answer()]),
      "not-applicable: the origin does not compress this path: choose another --path",
    ),
    row(
      "an origin that changes",
      judgeCompressed(answer(), [
        answer({ "content-encoding": "br" }, 200, "a"),
        answer({ "content-encoding": "br" }, 200, "b"),
      ]),
      "not-applicable: the origin sends other bytes each time: choose another --path",
    ),
    row(
      "other bytes in the same coding",
      judgeCompressed(answer({ "content-encoding": "br" }, 200, "bb"), [
        answer({ "content-encoding": "br" }, 200, "a"),
        answer({ "content-encoding": "br" }, 200, "a"),
      ]),
      "failed: br, 1 bytes from the origin; br, 2 bytes from the edge",
    ),

    row("504 for an origin that is gone", judgeDeadOrigin(answer({}, 504)), "ok: 504"),
    row("200 for an origin that is gone", judgeDeadOrigin(answer()), "failed: status 200"),

    row(
      "h2 off, outside Cloudflare",
      judgeHttp2("http/1.1", "elsewhere"),
      "not-applicable: `headgate serve` has HTTP/1.1 only: a proxy in front adds HTTP/2",
    ),
    row(
      "no 103",
      judgeEarlyHints([200, 200], "cloudflare"),
      "not-applicable: no 103 came: Early Hints are turned off in the zone, or not learnt yet",
    ),
    row("a silent WebSocket", judgeWebSocket({ kind: "open", answered: false }), "ok: open"),
  ])("$what", ({ finding, is }) => {
    expect(told(finding)).toBe(is);
  });

  it.each<[url: string, headers: Record<string, string>, place: Place]>([
    ["https://a.test", { "cf-ray": "1-FRA" }, "cloudflare"],
    ["http://127.0.0.1:8787", {}, "this-machine"],
    ["http://[::1]:8787", {}, "this-machine"],
    ["http://localhost", {}, "this-machine"],
    ["https://a.test", {}, "elsewhere"],
  ])("%s with %j is %s", (url, headers, place) => {
    expect(placeOf(new URL(url), answer(headers))).toBe(place);
  });
});
