// Whatever an origin might read as a cookie, a guard sees; and the origin gets one line, as RFC 6265 §5.4 asks.
import { beforeEach, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { useRawOrigin } from "../support/raw-origin.ts";

const edge = useEdge();
const origin = useRawOrigin();
let sites = 0;

const cookieOf = (asked: string): string => /^cookie: (.*)$/im.exec(asked)?.[1]?.trimEnd() ?? "";

/** The page says which cookies it was made for. */
beforeEach(() => {
  origin.asked = [];
  origin.answers = (asked) => {
    const body = `for ${cookieOf(asked)}`;
    return `HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: max-age=60\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
});

async function aHost(routes: (Omit<SiteFile["routes"][number], "id"> & { id?: string })[]): Promise<string> {
  const host = `cookies-${++sites}.test`;
  await edge.site({
    hosts: [host],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: routes.map((route, at) => ({ id: `r${at}`, ...route })),
  });
  return host;
}

const ask = async (host: string, ...lines: string[]) => {
  const fields = lines.map((line) => `Cookie: ${line}\r\n`).join("");
  const answer = await sendRaw(edge.url, rawGet("/page", host, fields));
  await edge.settled();
  return answer;
};

describe("the Cookie field that an origin gets", () => {
  it.each([
    [["a=1", "session=x"], "a=1; session=x"],
    [["a=1; b=2", "c=3; d=4", "e=5"], "a=1; b=2; c=3; d=4; e=5"],
    [["a=1;", "b=2"], "a=1; b=2"],
    [["a=1", "list[0]=x"], "a=1; list[0]=x"],
    [["a=x,y", "b=x,y"], "a=x,y; b=x,y"],
    [["a=1; b=2"], "a=1; b=2"],
    [["a=x, y; b=Wed, 21 Oct"], "a=x, y; b=Wed, 21 Oct"],
    [['a={"x":1, "y":"=2"}; b=1'], 'a={"x":1, "y":"=2"}; b=1'],
    [['a="x, y=1"; b=2'], 'a="x, y=1"; b=2'],
    [["a=\xe9", "b=2"], "a=\xe9, b=2"], // bytes that cannot be read are not written anew
  ])("of %j is %s", async (lines, received) => {
    const host = await aHost([{ cache: "off", to: "web" }]);
    expect((await ask(host, ...lines)).status).toBe(200);
    expect(origin.asked.map(cookieOf)).toEqual([received]);
  });

  it("is one line too where the site adds a cookie", async () => {
    const host = await aHost([
      { cache: "off", to: "web", headers: { request: { add: { cookie: "site=1" } } } },
    ]);
    await ask(host, "a=1");
    expect(origin.asked.map(cookieOf)).toEqual(["a=1; site=1"]);
    expect(origin.asked[0]?.match(/^cookie:/gim)).toHaveLength(1);
  });
});

/** Ways to put a session beside another cookie, each of which some origin reads. */
const BESIDE: readonly (readonly [name: string, lines: readonly string[]])[] = [
  ["in a second line", ["a=1", "session=x"]],
  ["in a third line", ["a=1", "b=2", "session=x"]],
  ["behind a comma", ["a=1,session=x"]],
  ["behind a blank", ["a=1 session=x"]],
  ["behind a tab", ["a=1\tsession=x"]],
  ["in quotes that do not end", ['a="1; session=x']],
  ["in quotes", ['a="1; session=x; b=2"']],
  ["in escapes", ["a=1; %73ession=x"]],
  ["beside bytes that are no UTF-8", ["a=\xe9", "session=x"]],
];

describe.each(BESIDE)("a session %s", (_name, lines) => {
  it("is seen by match.cookie", async () => {
    const host = await aHost([
      { id: "in", match: { cookie: { session: true } }, respond: { status: 403 } },
      { id: "out", match: { not: { cookie: { session: "x*" } } }, cache: "off", to: "web" },
    ]);
    expect((await ask(host, ...lines)).status).toBe(403);
  });

  it("is seen by bypass.cookies", async () => {
    const host = await aHost([{ to: "web", cache: { bypass: { cookies: ["sess*"] } } }]);
    expect((await ask(host, ...lines)).head).toContain("detail=bypass-cookie");
    expect((await ask(host)).body).toBe("for ");
  });

  it.each([{ cookie: ["session"] }, { cookiePresence: ["session"] }])("is seen by key: %j", async (key) => {
    const host = await aHost([{ to: "web", cache: { key } }]);
    await ask(host, ...lines);
    expect((await ask(host)).body).toBe("for ");
    expect((await ask(host, "a=1")).body).not.toContain("session");
    expect(origin.asked).toHaveLength(2);
  });
});

it("nothing of all this is an unhandled exception", async () => {
  await edge.settled();
  expect(edge.output).toEqual([]);
});
