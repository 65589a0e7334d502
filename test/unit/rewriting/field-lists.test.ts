// The lists of fields that never pass, written out a second time: a line that is lost, or misspelt, is noticed here.
import { describe, expect, it } from "vitest";
import { HOP_BY_HOP, removeHopByHop, removeListed } from "../../../worker/rewriting/hop-by-hop.ts";
import { isClaim, type ToldApart } from "../../../worker/rewriting/steering-fields.ts";
import { type AskedOptions, anAsked } from "../../support/asked.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);

describe("a field of one connection", () => {
  const OF_ONE = words(
    "connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade http2-settings",
  );

  it("is one of these", () => {
    expect([...HOP_BY_HOP].sort()).toEqual(OF_ONE.sort());
    // Looking for a field has its price: an answer is searched only for those that an answer can have.
    const ofRequests = ["http2-settings", "proxy-authorization"];
    const ofAnswers = OF_ONE.filter((name) => !ofRequests.includes(name));
    const headers = new Headers(ofAnswers.map((name) => [name, "x"]));
    headers.set("x-a", "1");
    removeHopByHop(headers);
    expect([...headers.keys()]).toEqual(["x-a"]);
  });

  it("is looked for in an answer only if an answer can have it", () => {
    const looked: string[] = [];
    class Watched extends Headers {
      override delete(name: string): void {
        looked.push(name);
      }
    }
    removeHopByHop(new Watched());
    expect(looked.sort()).toEqual(
      OF_ONE.filter((name) => !["http2-settings", "proxy-authorization"].includes(name)),
    );
  });

  it.each(
    words(
      `age authorization cache-control cdn-loop content-disposition content-encoding content-length content-location
       content-range content-security-policy content-type cookie date etag expires forwarded host last-modified location
       origin pragma range referer set-cookie strict-transport-security surrogate-control traceparent tracestate vary via
       www-authenticate x-request-id x-forwarded-for x-forwarded-user cf-ray cf-access-jwt-assertion sec-fetch-site
       access-control-allow-origin cdn-cache-control cloudflare-cdn-cache-control`,
    ),
  )("is not %s, whoever names it in Connection", (name) => {
    const headers = new Headers({ [name]: "x", connection: `close, ${name.toUpperCase()}` });
    removeListed(headers);
    expect(headers.get(name)).toBe("x");
  });

  it.each(words("x-cf-ray x-sec accept cdn-cache-control-x x-via vary-x !#$%&'*+.^_`|~"))(
    "is %s, where Connection names it",
    (name) => {
      const headers = new Headers({
        [name]: "x",
        "x-a": "1",
        connection: `a b,\t${name.toUpperCase()} , close`,
      });
      removeListed(headers);
      expect([...headers.keys()]).toEqual(["connection", "x-a"]);
    },
  );

  it("is none that a Connection field names which is no name", () => {
    const headers = new Headers({ connection: "x-a x-b, (x-c), x-d:", "x-a": "1" });
    removeListed(headers);
    expect(headers.has("x-a")).toBe(true);
    const silent = new Headers({ "x-a": "1" });
    removeListed(silent);
    expect([...silent.keys()]).toEqual(["x-a"]);
  });
});

const KEPT: ToldApart = { keyHeaders: new Set(), bypassHeaders: [] };
const claims = (field: string, cache: ToldApart | null = null, options: AskedOptions = {}, path = "/") =>
  isClaim(field, anAsked(`http://a.test${path}`, options), cache);

describe("a client's word that never passes", () => {
  it.each(
    words(
      `cf-connecting-ip cf-connecting-ipv6 cf-connecting-o2o cf-ipcountry cf-pseudo-ipv4 cf-ray cf-visitor cf-worker client-ip
       fastly-client-ip fly-client-ip forwarded forwarded-for front-end-https true-client-ip x-azure-clientip x-client-ip
       x-cluster-client-ip x-envoy-external-address x-envoy-original-host x-envoy-original-path x-forwarded x-forwarded-for
       x-forwarded-host x-forwarded-proto x-host x-http-host-override x-nf-client-connection-ip x-original-forwarded-for
       x-original-host x-original-method x-original-path x-original-uri x-original-url x-override-url x-proxyuser-ip
       x-real-ip x-remote-addr x-remote-ip x-rewrite-uri x-rewrite-url x-url-scheme x-vercel-forwarded-for proxy
       path-info script-name x-scheme x-script-name x-middleware-subrequest x-middleware-subrequest-id x-accel-mapping x-sendfile-type proxy-host
       ali-cdn-real-ip cdn-src-ip cloudfront-viewer-address cluster-client-ip http-client-ip http-x-forwarded-for incap-client-ip wl-proxy-client-ip
       x-appengine-remote-addr x-appengine-user-ip x-azure-socketip x-custom-ip-authorization x-originating-ip x-sucuri-clientip x-true-client-ip`,
    ),
  )("is %s, in both spellings, whatever the method", (name) => {
    for (const field of [name, name.replaceAll("-", "_")]) {
      expect(claims(field)).toBe(true);
      expect(claims(field, KEPT, { method: "POST" })).toBe(true);
    }
    expect(claims(`${name}x`, { ...KEPT, bypassHeaders: [`${name}x`] })).toBe(
      /^(?:proxy|x-forwarded)-/.test(name),
    );
    expect(claims(`y-${name}`)).toBe(false);
  });

  it.each(words("x-http-method x-http-method-override x-method-override"))(
    "is %s where the method is safe",
    (name) => {
      for (const method of ["GET", "HEAD", "OPTIONS", "QUERY"])
        expect(claims(name, null, { method })).toBe(true);
      for (const method of ["POST", "PUT", "PATCH", "DELETE"])
        expect(claims(name, null, { method })).toBe(false);
    },
  );

  it("is X-Forwarded-* but of a trusted proxy, in its own spelling", () => {
    const trusted = { ...anAsked("http://a.test/"), throughTrustedProxy: true };
    expect(claims("x-forwarded-user")).toBe(true);
    expect(isClaim("x-forwarded-user", trusted, null)).toBe(false);
    expect(isClaim("x_forwarded-user", trusted, null)).toBe(true);
    // Those that the edge writes itself, from what the proxy said.
    for (const own of ["for", "host", "proto"])
      expect(isClaim(`x-forwarded-${own}`, trusted, null)).toBe(true);
  });
});

describe("a word on how a framework is to answer", () => {
  const STEERING = words(
    `x-invoke-status x-matched-path x-middleware-prefetch x-next-cache-tags x-nextjs-data x-now-route-matches
     x-prerender-revalidate x-prerender-revalidate-if-generated next-resume x-react-router-spa-mode x-remix-response
     x-astro-path x-nuxt-no-ssr surrogate-capability`,
  );

  it.each(STEERING)("is %s, and passes where nothing is kept or the response is told apart by it", (name) => {
    expect(claims(name, KEPT)).toBe(true);
    expect(claims(name.replaceAll("-", "_"), KEPT)).toBe(true);
    expect(claims(name)).toBe(false);
    expect(claims(name, { ...KEPT, keyHeaders: new Set([name]) })).toBe(false);
    expect(claims(name, { ...KEPT, bypassHeaders: ["x-other", name] })).toBe(false);
    expect(claims(name, { keyHeaders: new Set(["x-other"]), bypassHeaders: ["x-other"] })).toBe(true);
    expect(claims(`y-${name}`, KEPT)).toBe(false);
  });

  it.each(words("x-matched-path next-resume surrogate-capability"))(
    "is not what merely begins so: %s-x",
    (name) => {
      expect(claims(`${name}-x`, KEPT)).toBe(false);
    },
  );

  it("is not `x-nextjs-data: 1` for the data of a page", () => {
    const options = { headers: { "x-nextjs-data": "1" } };
    expect(claims("x-nextjs-data", KEPT, options, "/_next/data/b/page.json")).toBe(false);
    expect(claims("x-nextjs-data", KEPT, options, "/shop/_next/data/b/page.json")).toBe(false);
    expect(claims("x-nextjs-data", KEPT, options, "/page")).toBe(true);
    expect(claims("x-nextjs-data", KEPT, { headers: { "x-nextjs-data": "2" } }, "/_next/data/b/p.json")).toBe(
      true,
    );
    expect(claims("x-next-data", KEPT, { headers: { "x-next-data": "1" } }, "/_next/data/b/p.json")).toBe(
      true,
    );
  });
});

describe("a well-known field in a spelling that hides it", () => {
  it.each(
    words(
      `accept- accept-language access-control-request-method cdn-loop content-type if-none-match sec-fetch-site cache-control
       http2-settings idempotency-key keep-alive last-event-id max-forwards save-data surrogate-control transfer-encoding
       upgrade-insecure-requests user-agent x-request-id x-requested-with`,
    ),
  )("is none: %s", (name) => {
    expect(claims(name.replaceAll("-", "_"))).toBe(true);
    expect(claims(name.replace("-", "_"))).toBe(true);
    expect(claims(name)).toBe(false);
    expect(claims(`y_${name}`)).toBe(false);
  });

  it.each(words("save_data_x x_requested_with_x user_agent_x x_own keep_alive_x"))("is not %s", (name) => {
    expect(claims(name)).toBe(false);
    expect(claims(name, KEPT)).toBe(false);
  });

  it("is also one that the route's key is made of", () => {
    const keyed = { keyHeaders: new Set(["x-own"]), bypassHeaders: ["x-other"] };
    expect([claims("x_own", keyed), claims("x-own", keyed), claims("x_other", keyed)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
