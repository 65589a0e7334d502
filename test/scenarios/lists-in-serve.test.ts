// Address lists under `headgate serve`: the state process reads them over TCP, and every process that serves acts on them.
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { useOrigin } from "../support/origin.ts";
import { type Served, until, useServiceFolder } from "../support/service.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SECRET = "a-secret-that-opens-everything";

describe("address lists under headgate serve", () => {
  const service = useServiceFolder();
  const publisher = useOrigin();

  const writeSite = () =>
    service.write(
      "a.yaml",
      `hosts: ["*"]
lists:
  bad: { url: "${publisher.url}/bad.txt?key=secret" }
  good: { url: "${publisher.url}/good.txt", every: 1m }
  page: { url: "${publisher.url}/page" }
routes:
  - { id: page, match: { path: /page }, access: { allow: { list: page } }, respond: { body: "no list names anybody" } }
  - { id: staff, match: { path: /staff }, access: { allow: { list: good } }, respond: { body: "for few" } }
  - { id: rest, access: { deny: { list: bad } }, respond: { body: "for most" } }
`,
    );
  const serve = () =>
    service.serveWith(
      { HEADGATE_ADMIN_TOKEN: SECRET },
      ...["--processes", "2", "--state", service.state, "--admin-port", "0"],
    );
  /** On a connection of its own, so that both processes are asked. */
  const status = async ({ url }: Served, path: string) => {
    const answer = await request(url + path, { reset: true });
    await answer.body.dump();
    return answer.statusCode;
  };
  const statuses = async (served: Served, path: string) =>
    new Set(await Promise.all(Array.from({ length: 8 }, () => status(served, path))));

  it("are read once for all processes, tell the log what is wrong with one, and are there after a restart", async () => {
    publisher.answers((ask, answer) => {
      if (ask.url?.startsWith("/bad")) return void answer.end("; a list\n127.0.0.0/8 ; everybody here\n");
      if (ask.url?.startsWith("/good")) return void answer.end("127.0.0.1\n2001:db8::/32\n");
      return void answer.writeHead(200, { "content-type": "text/html" }).end("<h1>10.0.0.1</h1>");
    });
    await writeSite();
    const first = await serve();
    // Never read, so `deny` denies nobody and `allow` lets nobody in.
    expect(await status(first, "/page")).toBe(403);
    const isListed = async (served: Served) =>
      [...(await statuses(served, "/"))].join() === "403" &&
      [...(await statuses(served, "/staff"))].join() === "200";
    await until("both processes know the lists", () => isListed(first));
    expect(await statuses(first, "/page")).toEqual(new Set([403]));
    expect(publisher.seen.map(({ url }) => url).sort()).toEqual([
      "/bad.txt?key=secret",
      "/good.txt",
      "/page",
    ]);

    const told = await first.command.line(/address list could not be read/, { stream: "err", from: 0 });
    expect(JSON.parse(told)).toMatchObject({
      level: "warn",
      site: "*",
      list: "page",
      because: "html",
      inForce: null,
    });
    const read = first.command.err.filter((line) => line.includes("an address list was read"));
    expect(read.map((line) => JSON.parse(line).list).sort()).toEqual(["bad", "good"]);
    expect([...first.command.out, ...first.command.err].join()).not.toContain("key=secret");

    const edge = (await first.command.line(/^admin API on /)).replace(/.* on (\S+?)[;,]?( .*)?$/, "$1");
    const shown = await runHeadgate(import.meta.dirname, ["status"], {
      HEADGATE_EDGE: edge,
      HEADGATE_TOKEN: SECRET,
    });
    expect(shown.out).toMatch(/list bad {2}1 ranges, read \d+s ago/);
    expect(shown.out).toMatch(/list page {2}never read, failing for \d+s \(html\)/);
    expect(shown.out).not.toContain("key=secret");

    await first.command.interrupt();
    publisher.answers((_ask, answer) => void answer.destroy());
    const second = await serve();
    // The first request of each process waits for the lists that the keeper has on disk.
    expect(await statuses(second, "/staff")).toEqual(new Set([200]));
    expect(await statuses(second, "/")).toEqual(new Set([403]));
  }, 60_000);
});
