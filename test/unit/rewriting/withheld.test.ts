// Until an attempt is made, a reference stands for each secret in a request: what is seen before that may be stored, told or logged.
import { describe, expect, it } from "vitest";
import type { SiteSecrets } from "../../../shared/secrets/site-secrets.ts";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { markedCopy } from "../../../worker/balancing/mirror.ts";
import { selectorValues } from "../../../worker/caching/law/selectors.ts";
import { sorryAsk } from "../../../worker/rewriting/sorry-ask.ts";
import { toOrigin } from "../../../worker/rewriting/to-origin.ts";
import { disclosedFields, disclosedTarget } from "../../../worker/rewriting/withheld.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import type { ProxyAction } from "../../../worker/site.ts";
import { anAsked, aSite } from "../../support/asked.ts";

const SECRETS: SiteSecrets = (name, use) =>
  name === "GONE" ? undefined : use === "parameter" ? "v%26" : `value of ${name}`;

type RouteFile = Omit<SiteFile["routes"][number], "id">;

function ask(route: RouteFile, headers: Record<string, string> = {}, url = "http://a.test/p?key=forged&b=1") {
  const site = aSite({
    pools: { web: { origins: [{ id: "a", url: "http://origin.test" }] } },
    routes: [{ id: "r", to: "web", ...route }],
  });
  const asked = anAsked(url, { headers });
  const matched = matchRoute(site, asked);
  if (!matched.ok || matched.value.route.action.kind !== "proxy") throw new Error("no route takes it");
  const { route: taken, captures } = matched.value;
  const { loopToken } = site;
  const action = taken.action as ProxyAction;
  return toOrigin(asked, { loopToken, requestId: "id", action, captures, secrets: SECRETS, otherUrls: [] });
}

const headersOf = (asked: ReturnType<typeof ask>) => disclosedFields(asked, asked.headers);

describe("a request with secrets", () => {
  const edits = {
    headers: {
      request: { set: { authorization: "Bearer ${secret:KEY}" }, add: { "x-keys": "${secret:A}" } },
    },
    rewrite: { query: { set: { key: "${secret:KEY}" } } },
  };

  it("has what stands for them, and their values for the origin", () => {
    const asked = ask(edits, { authorization: "Basic x", "x-keys": "mine" });
    expect([asked.headers.get("authorization"), asked.headers.get("x-keys"), asked.target]).toEqual([
      "Bearer ${secret:KEY}",
      "mine, ${secret:A}",
      "/p?b=1&key=${secret:KEY}",
    ]);
    const sent = headersOf(asked);
    expect([sent.get("authorization"), sent.get("x-keys"), disclosedTarget(asked)]).toEqual([
      "Bearer value of KEY",
      "mine, value of A",
      "/p?b=1&key=v%26",
    ]);
    expect(asked.headers.get("authorization")).toBe("Bearer ${secret:KEY}");
  });

  // A variant lies in the store under what selects it, and stays in use when a key has been replaced by a newer one.
  it("selects a stored response by what stands for them", () => {
    const site = aSite({
      pools: { web: { origins: [{ id: "a", url: "http://origin.test" }] } },
      routes: [
        { id: "r", to: "web", ...edits, cache: { ttl: "1h", key: { header: ["x-keys"] } } },
        {
          id: "q",
          match: { path: "/q" },
          to: "web",
          rewrite: { query: { set: { key: "${secret:KEY}${client.ip}" } } },
        },
      ],
    });
    const asked = anAsked("http://a.test/p");
    const taken = (at: number) => site.routes[at]?.().action as ProxyAction;
    const values = [0, 1].map((at) => {
      const action = taken(at);
      if (!action.cache) throw new Error("it has a cache");
      const request = {
        asked,
        action,
        ask: () =>
          toOrigin(asked, {
            ...{ loopToken: "a", requestId: "id" },
            action,
            captures: {},
            secrets: SECRETS,
            otherUrls: [],
          }),
      };
      return selectorValues(new Headers({ vary: "authorization" }), request, action.cache);
    });
    expect(values).toEqual([
      { "header:x-keys": "=${secret:A}", "vary:authorization": "~Bearer ${secret:KEY}" },
      { target: "/p?key=${secret:KEY}192.0.2.1", "vary:authorization": "-" },
    ]);
  });

  it("keeps the fields of other names, whatever a client writes in them", () => {
    const asked = ask(edits, { "x-other": "Bearer ${secret:KEY}" }, "http://a.test/p?xkey=${secret:KEY}");
    expect(headersOf(asked).get("x-other")).toBe("Bearer ${secret:KEY}");
    expect(disclosedTarget(asked)).not.toContain("xkey=v");
  });

  it("has none that is lacking, and not what stands for it either", () => {
    const asked = ask({ headers: { request: { set: { "x-a": "${secret:GONE}" } } } }, { "x-a": "forged" });
    expect(headersOf(asked).has("x-a")).toBe(false);
  });

  it("has none without the edits that name them", () => {
    const asked = ask({ headers: { request: { set: { "x-a": "1" } } } });
    expect(asked.withheld).toBe(undefined);
    expect(headersOf(asked)).toBe(asked.headers);
  });

  it("has them in a cookie too", () => {
    const asked = ask({ headers: { request: { set: { cookie: "s=${secret:KEY}" } } } }, { cookie: "a=1" });
    expect(headersOf(asked).get("cookie")).toBe("s=value of KEY");
  });

  it("has them in a copy for a mirror, which is one more origin of the site", () => {
    const copy = markedCopy(ask(edits));
    expect(headersOf(copy).get("authorization")).toBe("Bearer value of KEY");
    expect(headersOf(copy).get("x-headgate-mirror")).toBe("1");
  });

  it("has none of them for a page of another pool, which may belong to somebody else", () => {
    for (const path of [undefined, "/sorry.html"]) {
      const page = sorryAsk(ask(edits), path);
      const sent = disclosedFields(page, page.headers);
      expect([sent.has("authorization"), sent.has("x-keys")]).toEqual([false, false]);
      expect(disclosedTarget(page)).toBe(path ?? "/p");
    }
  });
});
