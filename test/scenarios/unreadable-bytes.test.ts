// Field values are bytes (RFC 9110 §5.5), and the runtime decodes them. What cannot be read is equal to nothing, is not
// stored as if it were known, and is never written anew.
import { beforeEach, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { type RawAnswer, rawGet, sendRaw } from "../support/raw-client.ts";
import { useRawOrigin } from "../support/raw-origin.ts";

type Cache = NonNullable<SiteFile["routes"][number]["cache"]>;

const edge = useEdge();
const origin = useRawOrigin();
let sites = 0;

beforeEach(() => {
  origin.asked = [];
});

async function aHost(cache: Cache = {}, more: Partial<SiteFile> = {}): Promise<string> {
  const host = `bytes-${++sites}.test`;
  await edge.site({
    hosts: [host],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [{ id: "all", to: "web", cache }],
    ...more,
  });
  return host;
}

async function ask(host: string, fields: Record<string, string> = {}, path = "/page"): Promise<RawAnswer> {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await sendRaw(edge.url, rawGet(path, host, lines.join("")));
  await edge.settled();
  return answer;
}

/** An answer of an origin's, a character for each byte. */
function answer(fields: Record<string, string>, body = "page", status = "200 OK"): string {
  const all = { Connection: "close", "Content-Length": String(body.length), ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join("")}\r\n${body}`;
}

const fieldIn = (head: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*?)\r?$`, "im").exec(head)?.[1];

const FRESH = { "Cache-Control": "max-age=60" };
const [JORG, JARG] = ["J\xf6rg", "J\xe4rg"];

describe("bytes that nobody touches", () => {
  it.each([{}, "off"] as const)("pass in both directions where cache is %j", async (cache) => {
    const host = await aHost(cache, {
      headers: {
        request: { set: { "x-site": "1" } },
        response: { add: { "x-own": "1" }, set: { "x-set": "1" } },
      },
    });
    origin.answers = () =>
      answer({ ...FRESH, "X-Own": "\xff", "X-Name": JORG, Via: "1.1 \xe9", "Cache-Status": "\xe9; hit" });
    const { head } = await ask(host, {
      "X-User": JARG,
      Via: "1.0 \xe9",
      "CDN-Loop": "\xe9",
      Cookie: "a=\xe9",
    });
    expect(origin.asked[0]).toContain(`X-User: ${JARG}\r\n`);
    expect(origin.asked[0]).toContain("Cookie: a=\xe9\r\n");
    expect(origin.asked[0]).toMatch(/^via: 1\.0 \xe9, 1\.1 headgate\r$/im);
    expect(origin.asked[0]).toMatch(/^cdn-loop: \xe9(\r\ncdn-loop:|,) headgate;/im);
    expect(fieldIn(head, "x-name")).toBe(JORG);
    expect(head).toMatch(/^x-own: \xff/im);
    expect(head).toMatch(/^via: 1\.1 \xe9/im);
    expect(head).toMatch(/^cache-status: \xe9; hit/im);
    expect(head).not.toContain("\xef\xbf\xbd");
  });
});

describe("a request field that selects", () => {
  /** The page is made for what the origin was told in the field. */
  const madeFor = (name: string, fields: Record<string, string> = {}) => {
    origin.answers = (asked) => answer({ ...FRESH, ...fields }, `for ${fieldIn(asked, name) ?? "all"}`);
  };

  it.each([
    ["Vary", "X-User", {}, { Vary: "X-User" }],
    ["Vary, byte for byte", "X-User", { vary: { "x-user": "pass" } }, { Vary: "X-User" }],
    [
      "Vary, of a list",
      "Accept-Language",
      { vary: { "accept-language": ["en", "de"] } },
      { Vary: "Accept-Language" },
    ],
    ["Vary, by meaning", "Accept-Language", {}, { Vary: "Accept-Language", "Content-Language": "de" }],
    ["key.header", "X-User", { key: { header: ["x-user"] } }, {}],
    ["key.cookie", "Cookie", { key: { cookie: ["user"] } }, {}],
  ] as const)("by %s is that client's alone", async (_name, field, cache, fields) => {
    const host = await aHost(cache as Cache);
    madeFor(field, fields);
    const [one, other] = [`user=${JORG}, de`, `user=${JARG}, de`];
    const first = await ask(host, { [field]: one });
    expect(first.body).toBe(`for ${one}`);
    expect(fieldIn(first.head, "cache-status")).toContain("detail=selector-unreadable");
    expect((await ask(host, { [field]: other })).body).toBe(`for ${other}`);
    expect((await ask(host, { [field]: one })).body).toBe(`for ${one}`);
    expect((await ask(host)).body).toBe("for all");
    expect((await ask(host, { [field]: other })).body).toBe(`for ${other}`);
    expect((await ask(host, { [field]: "user=\xef\xbf\xbd" })).body).toBe("for user=\xef\xbf\xbd");
  });

  it("is nobody else's either while the origin is being asked", async () => {
    const host = await aHost();
    madeFor("X-User", { Vary: "X-User" });
    const names = [JORG, JARG, "J\xf8rg", JORG];
    const answers = await Promise.all(names.map((name) => ask(host, { "X-User": name })));
    expect(answers.map(({ body }) => body)).toEqual(names.map((name) => `for ${name}`));
  });

  it("does not keep others from being stored", async () => {
    const host = await aHost({ key: { cookie: ["user"] } });
    madeFor("X-User", { Vary: "Accept-Encoding" });
    await ask(host, { "X-User": JORG, Cookie: `user=1; other=${JORG}` });
    expect(fieldIn((await ask(host, { Cookie: "user=1" })).head, "cache-status")).toContain("hit");
  });
});

describe("a field of the response", () => {
  it.each([
    ["Content-Disposition", 'attachment; filename="caf\xe9.pdf"'],
    ["Location", "/caf\xe9"],
    ["ETag", '"v\xe9"'],
    ["X-Anything", "\xc3("],
  ])("%s is as right for the second client as for the first", async (name, value) => {
    const host = await aHost({ ttl: "1h" });
    origin.answers = () => answer({ ...FRESH, [name]: value });
    const first = await ask(host);
    expect(fieldIn(first.head, "cache-status")).toContain("detail=field-unreadable");
    for (const { head } of [first, await ask(host)]) expect(fieldIn(head, name)).toBe(value);
  });

  it("is no matter where it is stripped", async () => {
    const host = await aHost({ setCookie: "strip" });
    origin.answers = () => answer({ ...FRESH, "Set-Cookie": "a=\xe9" });
    await ask(host);
    expect(fieldIn((await ask(host)).head, "cache-status")).toContain("hit");
  });

  it("is not mapped to the public host, and the others are", async () => {
    const host = await aHost("off");
    origin.answers = () =>
      answer(
        { Location: `${origin.url}/caf\xe9`, "Content-Location": `${origin.url}/cafe` },
        "",
        "302 Found",
      );
    const { head } = await ask(host);
    expect(fieldIn(head, "location")).toBe(`${origin.url}/caf\xe9`);
    expect(fieldIn(head, "content-location")).toBe(`http://${host}/cafe`);
  });

  it("keeps all cookies as they came", async () => {
    const host = await aHost("off");
    const cookies = ["Set-Cookie: a=\xe9; Path=/", "Set-Cookie: b=1; Domain=127.0.0.1"];
    origin.answers = () =>
      `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n${cookies.join("\r\n")}\r\n\r\n`;
    const { head } = await ask(host);
    expect(head.split("\r\n").filter((line) => /^set-cookie:/i.test(line))).toEqual(cookies);
  });

  it("of a 304 sends the edge for the whole", async () => {
    const host = await aHost();
    const fields = { "Cache-Control": "max-age=0", ETag: '"1"' };
    const [page, notModified] = ["page", ""].map((body) =>
      answer({ ...fields, ...(body === "" && { "X-Name": JORG }) }, body, body === "" ? "304 No" : "200 OK"),
    );
    origin.answers = (asked) => (/^if-none-match:/im.test(asked) ? notModified : page) ?? "";
    await ask(host);
    const { status, body, head } = await ask(host);
    expect([status, body, fieldIn(head, "x-name")]).toEqual([200, "page", undefined]);
    expect(origin.asked).toHaveLength(3);
  });
});

describe("validators that cannot be read", () => {
  it("match none, not even themselves", async () => {
    const host = await aHost();
    origin.answers = () => answer({ ...FRESH, ETag: '"v\xe4"' });
    await ask(host);
    for (const tag of ['"v\xe9"', '"v\xe4"', 'W/"v\xe4"', '"v\xef\xbf\xbd"']) {
      const { status, body } = await ask(host, { "If-None-Match": tag });
      expect([status, body]).toEqual([200, "page"]);
      expect(origin.asked.at(-1)).toContain(`If-None-Match: ${tag}\r\n`);
    }
  });

  it("leave readable ones beside them in force", async () => {
    const host = await aHost();
    origin.answers = () => answer({ ...FRESH, ETag: '"v1"' });
    await ask(host);
    expect((await ask(host, { "If-None-Match": '"v\xe4", "v1"' })).status).toBe(304);
    expect((await ask(host, { "If-None-Match": '"v1\xe4"' })).status).toBe(200);
    expect(origin.asked).toHaveLength(1);
  });

  const part = (asked: string, tag: string, whole: string): string => {
    const [, first = "0", last = ""] = /^range: bytes=(\d+)-(\d*)/im.exec(asked) ?? [];
    const end = last === "" ? whole.length : Math.min(Number(last) + 1, whole.length);
    const range = `bytes ${first}-${end - 1}/${whole.length}`;
    const fields = { ...FRESH, ETag: tag, "Content-Range": range };
    return /^range:/im.test(asked)
      ? answer(fields, whole.slice(Number(first), end), "206 Partial Content")
      : answer({ ...FRESH, ETag: tag }, whole);
  };

  it("join no parts of two versions", async () => {
    const host = await aHost();
    origin.answers = (asked) => part(asked, '"v\xe4"', "aaaaaaaaaa");
    expect((await ask(host, { Range: "bytes=0-4" })).body).toBe("aaaaa");
    origin.answers = (asked) => part(asked, '"v\xe9"', "bbbbbbbbbb");
    expect((await ask(host, { Range: "bytes=5-9" })).body).toBe("bbbbb");
    expect((await ask(host)).body).toBe("bbbbbbbbbb");
  });

  it("join no slices of two versions", async () => {
    const host = await aHost({ slice: "64KiB" });
    const [old, young] = ["a", "b"].map((letter) => letter.repeat(150_000));
    origin.answers = (asked) => part(asked, '"v\xe4"', old ?? "");
    expect((await ask(host)).body).toBe(old);
    origin.answers = (asked) => part(asked, '"v\xe9"', young ?? "");
    expect((await ask(host)).body).toBe(young);
  });
});

describe("bytes that are no UTF-8 elsewhere in a request", () => {
  it.each([
    ["the path", "GET /caf\xe9 HTTP/1.1\r\nHost: HOST\r\n"],
    ["the query", "GET /?caf\xe9 HTTP/1.1\r\nHost: HOST\r\n"],
    ["a path with U+FFFD in it", "GET /caf\xef\xbf\xbd HTTP/1.1\r\nHost: HOST\r\n"],
    ["a query with U+FFFD in it", "GET /?caf\xef\xbf\xbd HTTP/1.1\r\nHost: HOST\r\n"],
    ["Host", "GET / HTTP/1.1\r\nHost: \xe9HOST\r\n"],
    ["a field name", "GET / HTTP/1.1\r\nHost: HOST\r\nX-\xe9: 1\r\n"],
    ["the method", "G\xe9T / HTTP/1.1\r\nHost: HOST\r\n"],
  ])("are refused: %s", async (_where, head) => {
    const host = await aHost();
    const bytes = `${head.replace("HOST", host)}Connection: close\r\n\r\n`;
    expect((await sendRaw(edge.url, bytes)).status).toBeOneOf([400, 501]);
    expect(origin.asked).toEqual([]);
  });

  it.each(["/caf%E9", "/caf%EF%BF%BD?q=%E9", "/caf%C3%A9?%ff"])("in escapes are not: %s", async (path) => {
    const host = await aHost();
    origin.answers = () => answer({});
    expect((await ask(host, {}, path)).status).toBe(200);
    expect(origin.asked[0]).toContain(`GET ${path} HTTP/1.1`);
  });
});

it("nothing of all this is an unhandled exception", async () => {
  await edge.settled();
  expect(edge.output).toEqual([]);
});
