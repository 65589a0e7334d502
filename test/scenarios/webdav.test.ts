// WebDAV through the edge: the further URLs that a request names are those that the origin knows (RFC 4918 §10.3, §10.4).
import { beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const edge = useEdge();
const origin = useOrigin();
const other = useOrigin();
let client: EdgeClient;
let base: string;

beforeAll(async () => {
  base = `${origin.url}/base`;
  client = await edge.site({
    hosts: ["dav.test"],
    pools: {
      files: { origins: [{ id: "a", url: base }], retry: { attempts: 1 } },
      others: { origins: [{ id: "b", url: other.url }], retry: { attempts: 1 } },
    },
    routes: [
      { id: "guard", match: { path: "/admin/*" }, respond: { status: 403, body: "no" } },
      { id: "read-only", match: { path: "/ro/*", method: ["PUT", "DELETE"] }, respond: { status: 403 } },
      { id: "others", match: { path: "/others/*" }, to: "others" },
      {
        id: "docs",
        match: { path: "/docs/*" },
        rewrite: { path: "/files/*", query: { remove: ["debug"] } },
        to: "files",
      },
      { id: "rest", to: "files", cache: { ttl: "1h" } },
    ],
  });
});

const move = (destination: string, method = "MOVE", more: Record<string, string> = {}) =>
  client.ask("/docs/a", { method, headers: { destination, ...more } });

describe("the Destination", () => {
  it.each([
    ["http://dav.test/docs/b", "/files/b"],
    ["http://DAV.test:80/docs/b", "/files/b"],
    ["https://dav.test/docs/b", "/files/b"], // behind a proxy that terminates TLS
    ["/docs/b", "/files/b"],
    ["http://dav.test/plain/b", "/plain/b"],
    ["http://dav.test/docs/%c3%a9%61/../x?debug=1&v=2", "/files/x?v=2"],
    ["http://dav.test/docs//b/", "/files/b/"],
    ["http://dav.test/docs/b?", "/files/b"],
  ])("%s is the origin's %s", async (destination, target) => {
    for (const method of ["MOVE", "COPY"]) {
      expect((await move(destination, method)).status).toBe(200);
      expect([origin.last.method, origin.last.url]).toEqual([method, "/base/files/a"]);
      expect(origin.last.headers.destination).toBe(base + target);
    }
  });

  it("on another host stays as it is", async () => {
    for (const destination of [
      "http://else.test/docs/b",
      `${origin.url}/base/docs/b`,
      "http://dav.test:81/x",
    ]) {
      expect((await move(destination)).status).toBe(200);
      expect(origin.last.headers.destination).toBe(destination);
    }
  });

  it.each([
    ["under a guard", "http://dav.test/admin/x"],
    ["under a guard, as a path", "/admin/x"],
    ["under a guard, in another spelling", "http://dav.test/%61dmin/x"],
    ["under a guard, by dots", "http://dav.test/docs/../admin/x"],
    ["under a guard, on a host that the origin may not look at", "http://else.test/admin/x"],
    ["where the client may not write", "http://dav.test/ro/x"],
    ["at other origins", "http://dav.test/others/x"],
    ["with an encoded slash", "http://dav.test/docs/..%2fadmin"],
    ["with a fragment", "http://dav.test/docs/b#x"],
    ["that is no URL", "docs/b"],
    ["without a host", "http:///docs/b"],
    ["under another name for the client", "http://user@dav.test/docs/b"],
    ["that names a host without a scheme", "//dav.test/docs/b"],
    ["with bytes that are no UTF-8", "http://dav.test/docs/\xff"],
  ])("%s is refused", async (_name, destination) => {
    const answer = await move(destination);
    expect([answer.status, answer.json()]).toMatchObject([403, { title: "destination-refused" }]);
    expect(origin.seen).toEqual([]);
  });

  it("of another method is a field like any other", async () => {
    await client.ask("/docs/a", { method: "POST", headers: { destination: "http://dav.test/admin/x" } });
    expect(origin.last.headers.destination).toBe("http://dav.test/admin/x");
  });

  it("is the site's where it edits the field", async () => {
    const edited = await edge.site({
      hosts: ["dav-edited.test"],
      pools: { files: { origins: [{ id: "a", url: base }] } },
      routes: [{ id: "r", to: "files", headers: { request: { set: { destination: "/fixed" } } } }],
    });
    await edited.ask("/a", { method: "MOVE", headers: { destination: "http://dav-edited.test/b" } });
    expect(origin.last.headers.destination).toBe("/fixed");
  });

  it("is not stored any more once it has been written", async () => {
    await client.get("/old");
    await edge.settled();
    expect((await client.get("/old")).header("cache-status")).toMatch(/hit/);
    await move("http://dav.test/old");
    expect((await client.get("/old")).header("cache-status")).not.toMatch(/hit/);
  });

  it("is the URL of whichever origin is asked", async () => {
    const pair = await edge.site({
      hosts: ["dav-pair.test"],
      pools: {
        files: {
          origins: [
            { id: "a", url: base },
            { id: "b", url: other.url, tier: 1 },
          ],
          retry: { attempts: 2, on: [503] },
        },
      },
      routes: [{ id: "r", to: "files", retryNonIdempotent: true }],
    });
    origin.answers((_request, response) => void response.writeHead(503).end());
    await pair.ask("/a", { method: "COPY", headers: { destination: "http://dav-pair.test/b" } });
    expect([origin.last.headers.destination, other.last.headers.destination]).toEqual([
      `${base}/b`,
      `${other.url}/b`,
    ]);
  });
});

describe("the resource tags of an If field", () => {
  it.each([
    ["<http://dav.test/docs/a> (<urn:uuid:1>)", `</files/a> (<urn:uuid:1>)`],
    ["</docs/a> (<urn:uuid:1>)", `</files/a> (<urn:uuid:1>)`],
    [
      '<http://dav.test/docs/a> (<urn:uuid:1> ["e)"]) (Not <http://dav.test/docs/b>) <http://dav.test/x> ([W/"<x>"])',
      '</files/a> (<urn:uuid:1> ["e)"]) (Not <http://dav.test/docs/b>) </x> ([W/"<x>"])',
    ],
  ])("%s are the origin's", async (sent, expected) => {
    for (const method of ["PUT", "LOCK", "DELETE"]) {
      await client.ask("/docs/a", { method, headers: { if: sent } });
      expect(origin.last.headers.if).toBe(expected.replaceAll(/<(?=\/)/g, `<${base}`));
    }
  });

  it.each([
    "(<urn:uuid:1>)",
    "<http://else.test/docs/a> (<urn:uuid:1>)",
    "<http://dav.test/others/a> (<urn:uuid:1>)",
    "<",
    "((<http://dav.test/docs/a>",
  ])("%s stays as it is", async (sent) => {
    await client.ask("/docs/a", { method: "PUT", headers: { if: sent } });
    expect(origin.last.headers.if).toBe(sent);
  });
});
