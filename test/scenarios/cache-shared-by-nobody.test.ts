// What is stored for one client, route or site reaches no other that the origin would have answered otherwise. Each case
// was a fault, or stands beside one. (nginx's default key begins with the proxied host, Varnish's hash with the backend's
// host; RFC 9111 §4.1 selects by the request that would be sent.)
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, useOrigin } from "../support/origin.ts";
import { sendRaw } from "../support/raw-client.ts";

type Fields = Record<string, string>;

const FRESH = { "cache-control": "max-age=60" };

describe("routes for one URL, told apart by a condition", () => {
  const edge = useEdge();
  const web = useOrigin((_request, response) => void response.writeHead(200, FRESH).end("public"), edge);
  const staff = useOrigin(
    (_request, response) => void response.writeHead(200, FRESH).end("staff only"),
    edge,
  );

  const pools = () => ({
    web: { origins: [{ id: "w", url: web.url }] },
    staff: { origins: [{ id: "s", url: staff.url }] },
  });
  async function told(client: EdgeClient, headers: Fields, path = "/page") {
    const answer = await client.get(path, headers);
    await edge.settled();
    return [answer.text, answer.header("cache-status")?.split("; ")[1]];
  }

  let audiences = 0;

  const CONDITIONS: [what: string, match: object, fields: Record<string, string>][] = [
    ["a header", { header: { "x-staff": "1" } }, { "x-staff": "1" }],
    ["a cookie", { cookie: { staff: "1" } }, { cookie: "staff=1" }],
    ["the client's address", { ip: "203.0.113.9" }, { "x-forwarded-for": "203.0.113.9" }],
  ];
  for (const [what, match, fields] of CONDITIONS) {
    for (const first of ["staff only", "public"]) {
      it(`${what}: nothing is shared, ${first} first`, async () => {
        const client = await edge.site({
          trustedProxies: ["127.0.0.0/8"],
          pools: pools(),
          routes: [
            { id: "staff", match, to: "staff" },
            { id: "rest", to: "web" },
          ],
        });
        const [one, two] = first === "staff only" ? [fields, {}] : [{}, fields];
        await told(client, one);
        const second = first === "staff only" ? "public" : "staff only";
        expect(await told(client, two)).toEqual([second, "fwd=uri-miss"]);
        expect(await told(client, one)).toEqual([first, "hit"]);
        expect(await told(client, two)).toEqual([second, "hit"]);
      });
    }
  }

  it("one pool, asked with another rewrite", async () => {
    web.answers((request, response) => void response.writeHead(200, FRESH).end(`path ${request.url}`));
    const client = await edge.site({
      pools: pools(),
      routes: [
        { id: "beta", match: { cookie: { beta: true } }, rewrite: { addPrefix: "/beta" }, to: "web" },
        { id: "rest", to: "web" },
      ],
    });
    expect(await told(client, { cookie: "beta=1" })).toEqual(["path /beta/page", "fwd=uri-miss"]);
    expect(await told(client, {})).toEqual(["path /page", "fwd=uri-miss"]);
  });

  it("one pool, asked with another header field", async () => {
    web.answers((request, response) => {
      response.writeHead(200, FRESH).end(`plan ${request.headers["x-plan"] ?? "none"}`);
    });
    const client = await edge.site({
      pools: pools(),
      routes: [
        {
          id: "gold",
          match: { cookie: { plan: "gold" } },
          headers: { request: { set: { "x-plan": "gold" } } },
          to: "web",
        },
        { id: "rest", to: "web" },
      ],
    });
    expect(await told(client, { cookie: "plan=gold" })).toEqual(["plan gold", "fwd=uri-miss"]);
    expect(await told(client, {})).toEqual(["plan none", "fwd=uri-miss"]);
  });

  it("one route whose rewrite tells the origin who asks", async () => {
    web.answers((request, response) => void response.writeHead(200, FRESH).end(`asked ${request.url}`));
    const client = await edge.site({
      trustedProxies: ["127.0.0.0/8"],
      pools: pools(),
      routes: [{ id: "all", rewrite: { query: { set: { ip: "${client.ip}" } } }, to: "web" }],
    });
    const from = (ip: string) => told(client, { "x-forwarded-for": ip });
    expect(await from("203.0.113.1")).toEqual(["asked /page?ip=203.0.113.1", "fwd=uri-miss"]);
    expect(await from("203.0.113.2")).toEqual(["asked /page?ip=203.0.113.2", "fwd=vary-miss"]);
    expect(await from("203.0.113.1")).toEqual(["asked /page?ip=203.0.113.1", "hit"]);
  });

  it("a route that asks otherwise since the site was changed finds nothing of before", async () => {
    const hosts = ["changing.test"];
    const routes = [{ id: "all", to: "web" }];
    const client = await edge.site({ hosts, pools: pools(), routes });
    await told(client, {});
    expect(await told(client, {})).toEqual(["public", "hit"]);
    await edge.site({ hosts, pools: pools(), routes: [{ id: "all", to: "staff" }] });
    await edge.advance(61_000); // the site is read anew
    expect(await told(client, {})).toEqual(["staff only", "fwd=uri-miss"]);
  });

  type Cache = Exclude<SiteFile["routes"][number]["cache"], "off" | undefined>;
  /** What is stored before the change is kept for others than those who would be given it after. */
  const AUDIENCES: [
    what: string,
    before: Cache,
    after: Cache,
    first: Fields,
    then: Fields,
    paths?: string[],
  ][] = [
    ["another cookie tells apart", {}, { key: { cookie: ["lang"] } }, { cookie: "lang=de" }, {}],
    ["another header field does", {}, { key: { header: ["x-ab"] } }, { "x-ab": "1" }, {}],
    ["a session goes past the cache", {}, { bypass: { cookies: ["session"] } }, { cookie: "session=1" }, {}],
    ["Vary is heeded", { vary: { "x-ab": "ignore" } }, {}, { "x-ab": "1" }, {}],
    ["cookies are refused", { setCookie: "store" }, {}, {}, {}],
    [
      "another parameter counts",
      { key: { query: { only: ["v"] } } },
      { key: { query: { only: ["v", "lang"] } } },
      {},
      {},
      ["/page?v=1&lang=de", "/page?v=1"],
    ],
  ];
  for (const [what, before, after, first, then, [path = "/page", other = path] = []] of AUDIENCES) {
    it(`a site that was changed finds nothing that was kept for others: ${what}`, async () => {
      const { vary = {}, setCookie } = before;
      const fields = {
        "cache-control": "max-age=600",
        vary: ["accept-encoding", ...Object.keys(vary)].join(),
        ...(setCookie && { "set-cookie": "sid=1" }),
      };
      web.answers((_request, response) => void response.writeHead(200, fields).end());
      const hosts = [`audience-${++audiences}.test`];
      const change = (cache: Cache) =>
        edge.site({ hosts, pools: pools(), routes: [{ id: "all", to: "web", cache }] });
      const client = await change(before);
      await client.get(path, first);
      await edge.settled();
      await change(after);
      await edge.advance(61_000); // the site is read anew
      web.seen = [];
      await told(client, then, other);
      expect(web.seen).toHaveLength(1);
    });
  }

  it("a site that keeps things longer since it was changed keeps what it has", async () => {
    const hosts = ["longer.test"];
    const change = (cache: Cache) =>
      edge.site({ hosts, pools: pools(), routes: [{ id: "all", to: "web", cache }] });
    const client = await change({ ttl: "1h" });
    await told(client, {});
    await change({ ttl: "1h", staleIfError: "1d", browserTtl: "1m" });
    await edge.advance(61_000);
    expect(await told(client, {})).toEqual(["public", "hit"]);
  });

  it("routes that share, and tell apart by other rules, do not (key.route)", async () => {
    web.answers((request, response) => {
      response
        .writeHead(200, { ...FRESH, vary: "accept-encoding" })
        .end(`for ${request.headers.cookie ?? "nobody"}`);
    });
    const client = await edge.site({
      pools: pools(),
      routes: [
        {
          id: "app",
          match: { header: { "x-app": "1" } },
          cache: { key: { route: false } },
          to: "web",
        },
        { id: "rest", cache: { key: { route: false, cookie: ["lang"] } }, to: "web" },
      ],
    });
    expect(await told(client, { "x-app": "1", cookie: "lang=de" })).toEqual(["for lang=de", "fwd=uri-miss"]);
    expect(await told(client, {})).toEqual(["for nobody", "fwd=uri-miss"]);
  });

  it("share where both say so (key.route)", async () => {
    const cache = { key: { route: false } };
    const client = await edge.site({
      pools: pools(),
      routes: [
        { id: "app", match: { header: { "x-app": "1" } }, cache, to: "web" },
        { id: "rest", cache, to: "web" },
      ],
    });
    expect(await told(client, { "x-app": "1" })).toEqual(["public", "fwd=uri-miss"]);
    expect(await told(client, {})).toEqual(["public", "hit"]);
  });

  it("a change of the URL is a change under all of them, whoever makes it", async () => {
    const client = await edge.site({
      pools: pools(),
      routes: [
        { id: "staff", match: { header: { "x-staff": "1" } }, to: "staff" },
        { id: "rest", to: "web" },
      ],
    });
    for (const headers of [{ "x-staff": "1" }, {}]) await told(client, headers);
    web.answers((_request, response) => void response.writeHead(200, FRESH).end("public 2"));
    await client.ask("/page", { method: "PUT", body: "x" });
    expect(await told(client, { "x-staff": "1" })).toEqual(["staff only", "fwd=uri-miss"]);
    expect(await told(client, {})).toEqual(["public 2", "fwd=uri-miss"]);
  });
});

describe("two sites", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.writeHead(200, FRESH).end("a's"), edge);
  const other = useOrigin((_request, response) => void response.writeHead(200, FRESH).end("b's"), edge);

  it("X-Forwarded-Host from a proxy that one site trusts fills no page of the other", async () => {
    const a = await edge.site({
      hosts: ["a.test"],
      trustedProxies: ["127.0.0.0/8"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
    });
    const b = await edge.site({
      hosts: ["b.test"],
      pools: { web: { origins: [{ id: "b", url: other.url }] } },
      routes: [{ id: "all", to: "web" }],
    });
    for (const host of ["b.test", "b.test#b.test", "b.test/page#@all"]) {
      await a.get("/page", { "x-forwarded-host": host });
    }
    await edge.settled();
    const answer = await b.get("/page");
    expect([answer.text, other.seen.length]).toEqual(["b's", 1]);
  });
});

describe("what the client sent is not what the origin saw", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  function aClient(cache: object = {}, more: object = {}): Promise<EdgeClient> {
    return edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", cache, ...more }],
    });
  }
  function varies(name: string): void {
    origin.answers((request, response) => {
      response.writeHead(200, { ...FRESH, vary: name }).end(`for ${request.headers[name] ?? "nobody"}`);
    });
  }

  /** A client that has a field stripped on the way; the library would not send it. The edge closes after `close`. */
  async function stripped(path: string, name: string, value: string): Promise<string> {
    const bytes = `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close, ${name}\r\n${name}: ${value}\r\n\r\n`;
    const { body } = await sendRaw(edge.url, bytes);
    await edge.settled();
    return body;
  }
  const HOST = "stripping.test";
  const aStrippingSite = async (cache: object = {}) => {
    await edge.advance(61_000); // the site before is forgotten
    return edge.site({
      hosts: [HOST],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", cache }],
    });
  };

  for (const name of ["hx-request", "accept", "accept-language", "accept-encoding", "user-agent", "x-a"]) {
    it(`a client that has ${name} stripped on the way gets, and leaves, the answer to a request without it`, async () => {
      const client = await aStrippingSite();
      varies(name);
      expect(await stripped(`/${name}`, name, "v1")).toContain("for nobody");
      expect((await client.get(`/${name}`, { [name]: "v1" })).text).toBe("for v1");
    });

    it(`the same for ${name} in key.header`, async () => {
      const client = await aStrippingSite({ key: { header: [name] } });
      origin.answers((request, response) => {
        response.writeHead(200, FRESH).end(`for ${request.headers[name] ?? "nobody"}`);
      });
      expect(await stripped(`/keyed/${name}`, name, "v1")).toContain("for nobody");
      expect((await client.get(`/keyed/${name}`, { [name]: "v1" })).text).toBe("for v1");
    });
  }

  it("key.device goes by the User-Agent that the origin sees", async () => {
    const client = await aStrippingSite({ key: { device: true } });
    origin.answers((request, response) => {
      response
        .writeHead(200, FRESH)
        .end(request.headers["user-agent"]?.includes("iPhone") ? "small" : "large");
    });
    expect(await stripped("/device", "user-agent", "iPhone")).toContain("large");
    expect((await client.get("/device", { "user-agent": "iPhone" })).text).toBe("small");
  });

  it("what the edge writes itself tells clients apart where the origin says so", async () => {
    const client = await edge.site({
      trustedProxies: ["127.0.0.0/8"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
    });
    for (const name of ["x-forwarded-for", "forwarded", "x-forwarded-host"]) {
      varies(name);
      const one = await client.get(`/${name}`, {
        "x-forwarded-for": "203.0.113.1",
        "x-forwarded-host": "one.test",
      });
      await edge.settled();
      const two = await client.get(`/${name}`, {
        "x-forwarded-for": "203.0.113.2",
        "x-forwarded-host": "two.test",
      });
      expect(two.text).not.toBe(one.text);
    }
  });

  it("what the route sets for the origin selects, not what the client sent in its place", async () => {
    const client = await aClient({}, { headers: { request: { set: { "x-a": "ours" } } } });
    varies("x-a");
    await client.get("/", { "x-a": "theirs" });
    await edge.settled();
    const second = await client.get("/");
    expect([second.text, origin.seen.length]).toEqual(["for ours", 1]);
  });
});

describe("Accept-Language", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  it.each([{}, { vary: { "accept-language": "pass" } }])(
    "prints what a client wrote to no other client (%o)",
    async (cache) => {
      const client = await edge.site({
        pools: { web: { origins: [{ id: "a", url: origin.url }] } },
        routes: [{ id: "all", to: "web", cache: cache as object }],
      });
      origin.answers((request, response) => {
        response
          .writeHead(200, { ...FRESH, vary: "accept-language", "content-language": "de" })
          .end(`lang=${request.headers["accept-language"]}`);
      });
      for (const language of ["de", "zz<script>", "de;q=1;<script>", "de, x<script>;q=0.1"]) {
        await client.get("/", { "accept-language": language });
        await edge.settled();
      }
      for (const language of ["de", "de, fr;q=0.5", "DE"]) {
        expect((await client.get("/", { "accept-language": language })).text).not.toContain("script");
      }
      expect((await client.get("/", { "accept-language": "de" })).text).toBe("lang=de");
    },
  );
});

describe("QUERY", () => {
  const edge = useEdge();
  const origin = useOrigin(
    afterBody((request, response, seen) => {
      const { "content-language": language, "content-encoding": coding } = request.headers;
      response.writeHead(200, FRESH).end(`${seen.body} in ${language ?? coding ?? "nothing"}`);
    }),
    edge,
  );

  it("the same bytes in another language or coding are another question", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
    });
    const ask = async (headers: Record<string, string>) => {
      const answer = await client.ask("/", { method: "QUERY", body: "q", headers });
      await edge.settled();
      return answer.text;
    };
    expect(await ask({ "content-language": "fr" })).toBe("q in fr");
    expect(await ask({ "content-language": "en" })).toBe("q in en");
    expect(await ask({ "content-encoding": "gzip" })).toBe("q in gzip");
    expect(await ask({ "content-language": "fr" })).toBe("q in fr");
    expect(origin.seen).toHaveLength(3);
  });
});
