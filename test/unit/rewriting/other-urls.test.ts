// The further URLs that a WebDAV request names, as the origin knows them (RFC 4918 §10.3, §10.4).

import { describe, expect, it } from "vitest";
import { STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { otherUrls, writtenBeside } from "../../../worker/rewriting/other-urls.ts";
import { fieldsAt, toOrigin } from "../../../worker/rewriting/to-origin.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { anAsked, aSite } from "../../support/asked.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";

const BASE = "http://origin.test/base";
const SITE: SiteFile = {
  hosts: ["dav.test"],
  pools: {
    files: { origins: [{ id: "a", url: BASE }] },
    others: { origins: [{ id: "b", url: "http://other.test" }] },
  },
  routes: [
    { id: "guard", match: { path: "/admin/*" }, respond: { status: 403 } },
    { id: "moved", match: { path: "/moved/*" }, redirect: { to: "/docs/*" } },
    { id: "read-only", match: { path: "/ro/*", method: ["PUT"] }, respond: { status: 403 } },
    { id: "unmovable", match: { path: "/still/*", method: ["MOVE", "LOCK"] }, respond: { status: 403 } },
    { id: "lockable", match: { path: "/lock/*", method: ["LOCK"] }, to: "files" },
    { id: "others", match: { path: "/others/*" }, to: "others" },
    {
      id: "docs",
      match: { path: "/docs/*" },
      rewrite: { path: "/files/*", query: { remove: ["debug"] } },
      to: "files",
    },
    { id: "prefixed", match: { path: "/plus/*" }, rewrite: { addPrefix: "/more" }, to: "files" },
    { id: "mixed", match: { path: "/mixed/*" }, files: { folder: "web", else: "files" } },
    { id: "mixed-others", match: { path: "/mixed-others/*" }, files: { folder: "web", else: "others" } },
    { id: "strict", match: { path: "/strict/*" }, methods: ["MOVE", "PUT"], to: "files" },
    { id: "top", match: { path: ["/", "/plain/*", "/x/*", "/ro/*", "/still/*"] }, to: "files" },
  ],
};

type Fields = Record<string, string>;

/** The fields that reach the origin; or why the request is refused. */
function sent(method: string, headers: Fields, file: Partial<SiteFile> = {}): Headers | string {
  const site = aSite({ ...SITE, ...file });
  const asked = { ...anAsked("http://dav.test/docs/a", { method }), headers: new DecodedHeaders(headers) };
  const matched = matchRoute(site, asked);
  if (!matched.ok || matched.value.route.action.kind !== "proxy") throw new Error("no route takes it");
  const { captures } = matched.value;
  const { action, admission } = matched.value.route;
  const named = otherUrls({ asked, site, action, admission, requestId: "id" });
  if (!named.ok) return named.error.reason;
  const ask = toOrigin(asked, {
    loopToken: "a",
    requestId: "id",
    action,
    captures,
    secrets: STAND_INS,
    otherUrls: named.value,
  });
  return fieldsAt(ask, BASE);
}

function sentField(name: string, value: string, method: string, file: Partial<SiteFile> = {}): string | null {
  const headers = sent(method, { [name]: value }, file);
  return typeof headers === "string" ? headers : headers.get(name);
}

describe("the Destination", () => {
  it.each([
    ["http://dav.test/docs/b", "/files/b"],
    ["http://DAV.test:80/docs/b", "/files/b"],
    ["https://dav.test/docs/b", "/files/b"], // behind a proxy that terminates TLS
    ["/docs/b", "/files/b"],
    ["/", "/"],
    ["http://dav.test", "/"],
    ["http://dav.test/plain/b", "/plain/b"],
    ["http://dav.test/plain/b?", "/plain/b?"],
    ["http://dav.test/plain/b?debug=1", "/plain/b?debug=1"],
    ["http://dav.test/plus/b?", "/more/plus/b?"],
    ["http://dav.test/docs/%c3%a9%61/../x?debug=1&v=2", "/files/x?v=2"],
    ["http://dav.test/docs//b/", "/files/b/"],
    ["http://dav.test/docs/b?", "/files/b"], // a rewrite of the query is one of an empty query too
    ["http://dav.test/docs/b?debug=1", "/files/b"],
  ])("%s is the origin's %s", (destination, target) => {
    for (const method of ["MOVE", "COPY"])
      expect(sentField("destination", destination, method)).toBe(BASE + target);
  });

  it("has its slashes merged as the target has, if the site merges them", () => {
    const at = (destination: string, mergeSlashes: boolean) =>
      sentField("destination", destination, "MOVE", { mergeSlashes });
    expect(at("http://dav.test/x//y", false)).toBe(`${BASE}/x//y`);
    expect(at("http://dav.test//x", true)).toBe(`${BASE}/x`);
    expect(at("http://dav.test//x", false)).toBe("destination-refused"); // no route takes it
    expect(at("http://dav.test//admin/x", true)).toBe("destination-refused");
  });

  it.each(["http://else.test/docs/b", "http://dav.test:81/x", "http://origin.test/plain/b"])(
    "on another host stays as it is: %s",
    (destination) => {
      expect(sentField("destination", destination, "MOVE")).toBe(destination);
    },
  );

  it.each([
    ["under a guard", "http://dav.test/admin/x"],
    ["under a guard, as a path", "/admin/x"],
    ["under a guard, in another spelling", "http://dav.test/%61dmin/x"],
    ["under a guard, by dots", "http://dav.test/docs/../admin/x"],
    ["under a guard, on a host that the origin may not look at", "http://else.test/admin/x"],
    ["where the edge answers with a redirect", "http://dav.test/moved/x"],
    ["where the client may not write", "http://dav.test/ro/x"],
    ["where the client may not move", "http://dav.test/still/x"],
    ["at other origins", "http://dav.test/others/x"],
    ["where the route lets other requests in", "http://dav.test/strict/x"],
    ["that no route takes", "http://dav.test/nowhere"],
    ["with an encoded slash", "http://dav.test/docs/..%2fadmin"],
    ["with an encoded slash that no route allows", "http://dav.test/plain/a%2fb"],
    ["with a fragment", "http://dav.test/docs/b#x"],
    ["that is no URL", "docs/b"],
    ["that is empty", ""],
    ["that only ends in a slash", "dav.test/docs/"],
    ["without a host", "http:///docs/b"],
    ["under another name for the client", "http://user@dav.test/docs/b"],
    ["that names a host without a scheme", "//dav.test/docs/b"],
    ["that names a host without a scheme, which would be a path too", "//plain/b"],
    ["with bytes that are no UTF-8", "http://dav.test/docs/\uFFFD"],
    ["with such bytes in the query", "/docs/b?\uFFFD"],
    ["with such bytes in the host", "http://dav.test\uFFFD/docs/b"],
  ])("%s is refused", (_name, destination) => {
    expect(sentField("destination", destination, "MOVE")).toBe("destination-refused");
  });

  it("leads to the same pools only, also where they follow a folder", () => {
    const from = (destination: string) => {
      const routes = SITE.routes.map((route) =>
        route.id === "docs"
          ? { id: "docs", match: { path: "/docs/*" }, files: { folder: "web", else: "files" } }
          : route,
      );
      return sentField("destination", destination, "MOVE", { routes });
    };
    expect(from("http://dav.test/mixed/x")).toBe(`${BASE}/mixed/x`);
    expect(from("http://dav.test/mixed-others/x")).toBe("destination-refused");
  });

  it("may be missing: the origin then says what it makes of that", () => {
    expect(sent("MOVE", {})).toBeInstanceOf(Headers);
  });

  it.each(["PUT", "POST", "LOCK", "GET"])("of a %s is a field like any other", (method) => {
    const destination = "http://dav.test/admin/x";
    expect(sentField("destination", destination, method)).toBe(destination);
  });

  it("is the site's where it edits the field", () => {
    const routes = [{ id: "r", to: "files", headers: { request: { set: { destination: "/fixed" } } } }];
    expect(sentField("destination", "http://dav.test/b", "MOVE", { routes })).toBe("/fixed");
  });
});

describe("the URL that has been written beside the target", () => {
  const written = (method: string, headers: Fields) => {
    const asked = anAsked("http://dav.test/docs/a?q", { method, headers });
    const beside = writtenBeside(asked);
    return beside && [beside.authority, beside.path, beside.query];
  };

  it("is the Destination of a MOVE or COPY on the public host", () => {
    for (const method of ["MOVE", "COPY"])
      expect(written(method, { destination: "http://dav.test/docs/%62?v=1" })).toEqual([
        "dav.test",
        "/docs/b",
        "v=1",
      ]);
  });

  it("is none on another host, without a Destination, without sense in it, or of another method", () => {
    expect(written("MOVE", { destination: "http://else.test/b" })).toBeUndefined();
    expect(written("MOVE", { destination: "b" })).toBeUndefined();
    expect(written("MOVE", {})).toBeUndefined();
    for (const method of ["PUT", "GET", "DELETE"])
      expect(written(method, { destination: "http://dav.test/b" })).toBeUndefined();
  });
});

describe("the resource tags of an If field", () => {
  const METHODS = "COPY DELETE LOCK MKCOL MOVE PATCH PROPFIND PROPPATCH PUT UNLOCK".split(" ");
  const TAG = "<http://dav.test/docs/a> (<urn:uuid:1>)";

  it.each(METHODS)("are the origin's in a %s", (method) => {
    expect(sentField("if", TAG, method)).toBe(`<${BASE}/files/a> (<urn:uuid:1>)`);
  });

  it.each(["GET", "POST", "HEAD", "OPTIONS", "QUERY", "REPORT"])("stay as they are in a %s", (method) => {
    expect(sentField("if", TAG, method)).toBe(TAG);
  });

  // What stands for the URL of the origin is written @ here.
  it.each([
    ["</docs/a> (<urn:uuid:1>)", "<@/files/a> (<urn:uuid:1>)"],
    ["<http://dav.test/docs/a?debug=1>(<x>)", "<@/files/a>(<x>)"],
    ["  </docs/a> \t(<x>)  (<y>) ", "<@/files/a> \t(<x>)  (<y>)"],
    ["(<x>) </docs/a> (<y>)", "(<x>) <@/files/a> (<y>)"],
    [
      "</docs/a> (<x>) </docs/b> (<y>) </plain/c> (<z>)",
      "<@/files/a> (<x>) <@/files/b> (<y>) <@/plain/c> (<z>)",
    ],
    [
      "</others/a> (<x>) </docs/b> (<y>) </others/c> (<z>)",
      "</others/a> (<x>) <@/files/b> (<y>) </others/c> (<z>)",
    ],
    ["<> (<x>) </docs/a> (<y>)", "<> (<x>) <@/files/a> (<y>)"],
    // A state token looks like a tag, and an entity tag may hold anything but quotes.
    ["</docs/a> (Not </docs/b>)", "<@/files/a> (Not </docs/b>)"],
    ["</docs/a> (Not </docs/b> </docs/c> Not <>)", "<@/files/a> (Not </docs/b> </docs/c> Not <>)"],
    ['</docs/a> (["</docs/b>"])', '<@/files/a> (["</docs/b>"])'],
    ['</docs/a> ([W/"e)"] ["]"] [""])', '<@/files/a> ([W/"e)"] ["]"] [""])'],
    ['</docs/a> (["a" "b"])', '<@/files/a> (["a" "b"])'],
    ["</docs/a> () ([])", "<@/files/a> () ([])"],
  ])("%s are %s", (field, expected) => {
    expect(sentField("if", field, "PUT")).toBe(expected.replaceAll("@", BASE));
  });

  it.each([
    ["no tag", "(<urn:uuid:1>)"],
    ["another host", "<http://else.test/docs/a> (<urn:uuid:1>)"],
    ["other origins", "<http://dav.test/others/a> (<urn:uuid:1>)"],
    ["a guard", "<http://dav.test/admin/a> (<urn:uuid:1>)"],
    ["where its own method is refused", "<http://dav.test/still/a> (<x>)"],
    ["a fragment", "</docs/a#b> (<x>)"],
    ["half a tag", "<"],
    ["half a tag beside another", "</docs/a> (<x>) <"],
    ["a word", "x </docs/a> (<x>)"],
    ["a tag within a tag", "</docs/a </docs/b>>"],
    ["a list within a list", "((</docs/a>)"],
    ["an entity tag without an end", '</docs/a> (["x)'],
    ["half an entity tag", '</docs/a> (["x]") </docs/b>'],
    ["nothing", ""],
  ])("stay as they are where the field has %s", (_what, field) => {
    expect(sentField("if", field, "LOCK")).toBe(field);
  });

  it("are the origin's where only the request's own method leads there", () => {
    expect(sentField("if", "</lock/a> (<x>)", "LOCK")).toBe(`<${BASE}/lock/a> (<x>)`);
    expect(sentField("if", "</lock/a> (<x>)", "PUT")).toBe("</lock/a> (<x>)");
  });

  it("are the origin's where the client may not write either: they are only mentioned", () => {
    expect(sentField("if", "</ro/a> (<x>)", "LOCK")).toBe(`<${BASE}/ro/a> (<x>)`);
  });

  it("stay as they are in a field longer than any client sends, which would take long to search", () => {
    const ofLength = (length: number) => `</docs/a> (<${"x".repeat(length - "</docs/a> (<>)".length)}>)`;
    expect(sentField("if", ofLength(2_048), "PUT")).toMatch(/^<http:\/\/origin\.test\/base\/files\/a> /);
    expect(sentField("if", ofLength(2_049), "PUT")).toBe(ofLength(2_049));
  });

  it("are the site's where it edits the field", () => {
    const routes = [{ id: "r", to: "files", headers: { request: { set: { if: "(<s>)" } } } }];
    expect(sentField("if", TAG, "PUT", { routes })).toBe("(<s>)");
  });
});

describe("a request that names both, or neither", () => {
  it("has both mapped", () => {
    const fields = { destination: "/docs/b", if: "</docs/a> (<x>)", "x-a": "1" };
    const headers = sent("MOVE", fields);
    if (typeof headers === "string") throw new Error(headers);
    expect([headers.get("destination"), headers.get("if"), headers.get("x-a")]).toEqual([
      `${BASE}/files/b`,
      `<${BASE}/files/a> (<x>)`,
      "1",
    ]);
  });

  it("has the same fields at every origin, without a copy, where it names none", () => {
    const headers = new Headers({ if: "x" });
    const ask = {
      method: "PUT",
      target: "/",
      headers,
      authority: "shop.test",
      receivedBytes: 0,
      secrets: STAND_INS,
      otherUrls: [],
    };
    expect(fieldsAt(ask, BASE)).toBe(headers);
    const named = [{ field: "if", sent: "x", pieces: ["<", "/a>"] }];
    expect(fieldsAt({ ...ask, otherUrls: named }, BASE).get("if")).toBe(`<${BASE}/a>`);
    expect(headers.get("if")).toBe("x"); // another origin may be asked next
  });
});
