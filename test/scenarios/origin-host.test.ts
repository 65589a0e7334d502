// The Host that an origin sees, in each way to run, as the origin itself received it. What is asked is what nginx (proxy_set_header Host), HAProxy
// (http-request set-header host) and Envoy (host_rewrite_literal, auto_host_rewrite) promise.
import { createHash } from "node:crypto";
import { request } from "undici";
import { beforeEach, describe, expect, it } from "vitest";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { useRawOrigin } from "../support/raw-origin.ts";
import { forwardingTo, SlowOrigin, until, useServiceFolder } from "../support/service.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const hostIn = (asked: string | undefined): string | undefined => /^host: (.*)\r$/im.exec(asked ?? "")?.[1];

describe("headgate serve: the Host that an origin sees", () => {
  const service = useServiceFolder();
  const origin = useRawOrigin();
  beforeEach(() => {
    origin.asked = [];
    origin.answers = () => origin.answer;
    origin.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
  });

  const site = (host: string, more = "", hosts = `"*.shop.test", shop.test`): string => `hosts: [${hosts}]
pools:
  web: { host: ${host}, origins: [{ id: a, url: "${origin.url}/base"${more} }] }
routes: [{ id: rest, cache: off, to: web }]
`;
  const hostSeenFor = async (url: string, host: string, target = "/x"): Promise<string | undefined> => {
    await sendRaw(url, rawGet(target, host));
    return hostIn(origin.asked.at(-1));
  };

  it("is that of its URL, the one that the client asked for, or a name; an origin may differ from its pool", async () => {
    const { port } = new URL(origin.url);
    await service.write("site.yaml", site("origin"));
    await service.write("kept.yaml", site("keep", "", `kept.test, "*.kept.test"`));
    await service.write("named.yaml", site("Shop.Internal:8080", "", "named.test"));
    await service.write("own.yaml", site("keep", ", host: origin", "own.test"));
    const { url, command } = await service.serve();
    expect(await hostSeenFor(url, "shop.test")).toBe(`127.0.0.1:${port}`);
    expect(await hostSeenFor(url, "kept.test")).toBe("kept.test");
    expect(origin.asked.at(-1)).toMatch(/^GET \/base\/x HTTP\/1\.1\r\n/);
    expect(await hostSeenFor(url, "a.kept.test")).toBe("a.kept.test");
    expect(await hostSeenFor(url, "b.c.KEPT.test.:80")).toBe("b.c.kept.test"); // canonical, as the site is found
    expect(await hostSeenFor(url, "kept.test:8443")).toBe("kept.test:8443");
    expect(await hostSeenFor(url, "named.test")).toBe("shop.internal:8080");
    expect(await hostSeenFor(url, "own.test")).toBe(`127.0.0.1:${port}`);

    // What Cloudflare cannot do is told by `check`, and no concern of `serve`.
    const checked = await runHeadgate(service.temporary, ["check", service.sites]);
    expect([checked.code, checked.out.match(/has no effect on Cloudflare/g)?.length]).toEqual([0, 2]);
    expect(checked.out).toContain(
      `\`a\` sees 127.0.0.1:${port}, because no zone can have both that and kept.test; see docs/origins.md`,
    );
    expect([...command.out, ...command.err].join("\n")).not.toContain("Cloudflare");
  });

  it("is the site's own host, whatever else the client says about it", async () => {
    await service.write("site.yaml", site("keep"));
    const { url } = await service.serve();
    const claims =
      "X-Forwarded-Host: evil.test\r\nForwarded: host=evil.test\r\nX-Host: evil.test\r\nHeadgate-Doorway: {}\r\n";
    await sendRaw(url, rawGet("/x", "shop.test", claims));
    expect(hostIn(origin.asked[0])).toBe("shop.test");
    await sendRaw(url, rawGet("http://evil.test/x", "a.shop.test"));
    expect(hostIn(origin.asked[1])).toBe("a.shop.test");
    expect(origin.asked[1]).toMatch(/^x-forwarded-host: a\.shop\.test\r$/im);
    const evil = ["evil.test", "shop.test@evil.test", "shop.test/x", "shop.test, evil.test", "a b.shop.test"];
    for (const host of evil) await sendRaw(url, rawGet("/x", host));
    expect(origin.asked).toHaveLength(2);
    await sendRaw(url, `GET /x HTTP/1.1\r\nHost: shop.test\r\nHost: evil.test\r\nConnection: close\r\n\r\n`);
    expect(origin.asked.slice(2).map(hostIn)).not.toContain("evil.test");
  });

  it("is the one that its redirects, cookies and links name, and they lead the client to the edge", async () => {
    const named = site("keep").replace(`hosts: ["*.shop.test", shop.test]`, `hosts: [shop.test]`);
    await service.write("site.yaml", named);
    await service.write("internal.yaml", site("shop.internal:81", "", "other.test"));
    const { url } = await service.serve();
    const { port } = new URL(url);
    const answer = async (host: string, location: string, cookie: string) => {
      origin.answer = `HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: ${location}\r\nSet-Cookie: a=1; Domain=${cookie}\r\nContent-Length: 0\r\n\r\n`;
      const { head } = await sendRaw(url, rawGet("/x", host));
      const field = (name: string) => new RegExp(`^${name}: (.*)\r$`, "im").exec(`${head}\r\n`)?.[1];
      return [field("location"), field("set-cookie")];
    };
    const own = `shop.test:${port}`;
    // The base path goes, as it does from the origin's own URL.
    expect(await answer(own, `http://${own}/base/in?a`, "shop.test")).toEqual([
      `http://${own}/in?a`,
      "a=1; Domain=shop.test",
    ]);
    expect(await answer(own, `//${own}/base/in`, "127.0.0.1")).toEqual([
      `http://${own}/in`,
      "a=1; Domain=shop.test",
    ]);
    expect(await answer(own, `${origin.url}/base/in`, "shop.test")).toEqual([
      `http://${own}/in`,
      "a=1; Domain=shop.test",
    ]);
    expect(await answer(own, "https://elsewhere.test/base/in", "elsewhere.test")).toEqual([
      "https://elsewhere.test/base/in",
      "a=1; Domain=elsewhere.test",
    ]);
    expect(await answer("other.test", "http://shop.internal:81/base/in", "shop.internal")).toEqual([
      "http://other.test/in",
      "a=1; Domain=other.test",
    ]);
  });

  it("goes with an upgrade and with an upload, too", async () => {
    await service.write("site.yaml", site("keep"));
    const { url } = await service.serve();
    origin.answers = (asked) => {
      const [, key] = /^sec-websocket-key: (.*)\r$/im.exec(asked) ?? [];
      if (key === undefined) return origin.answer;
      const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
    };
    const upgrade =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const { status } = await sendRaw(url, `GET /ws HTTP/1.1\r\nHost: shop.test\r\n${upgrade}\r\n`);
    expect([status, hostIn(origin.asked[0])]).toEqual([101, "shop.test"]);
    const post = await sendRaw(
      url,
      "POST /x HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    );
    expect([post.status, hostIn(origin.asked[1])]).toEqual([200, "shop.test"]);
  });

  it("changes with the file of a running service, which loses nothing that is in flight", async () => {
    const slow = new SlowOrigin();
    const port = await slow.start();
    await service.write("slow.yaml", forwardingTo(port).replace(`"*"`, `"slow.test"`));
    await service.write("site.yaml", site("origin"));
    const { url, command } = await service.serve("--processes", "2");
    expect(await hostSeenFor(url, "shop.test")).toMatch(/^127\.0\.0\.1:/);

    const waiting = request(`${url}/slow`, { headers: { host: "slow.test" } });
    const begun = await waiting;
    await service.write("site.yaml", site("keep"));
    await command.line(/a site reaches its origins in a new way: new processes serve/, {
      stream: "err",
      from: 1,
    });
    await command.line(/live {2}.*site\.yaml/, { stream: "err", from: 1 });
    await until("the new site is served", async () => (await hostSeenFor(url, "shop.test")) === "shop.test");
    slow.finish();
    expect(await begun.body.text()).toBe("begun, finished");

    // What reaches its origins as before needs no new processes.
    const said = command.err.length;
    await service.write("site.yaml", site("keep").replace("id: rest", "id: all"));
    await command.line(/live {2}.*site\.yaml/, { stream: "err", from: said });
    await service.write("site.yaml", site("origin"));
    await until(
      "it is as before",
      async () => (await hostSeenFor(url, "shop.test"))?.startsWith("127.") ?? false,
    );
    expect(command.err.slice(said).filter((line) => line.includes("new way"))).toEqual([]);
    slow.stop();
  });
});
