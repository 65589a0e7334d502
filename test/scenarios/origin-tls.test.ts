// How the edge and an https origin prove to each other who they are, and Unix sockets, in `headgate serve`. What is asked is what nginx
// (proxy_ssl_trusted_certificate, proxy_ssl_name, proxy_ssl_certificate), HAProxy (ca-file, verifyhost, crt) and Envoy (validation_context, sni)
// promise: what is not proven is not asked.
import { readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Served, until, useServiceFolder } from "../support/service.ts";
import { TLS, TlsOrigin } from "../support/tls-origin.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const CA = ["--origin-ca", `own=${TLS.ca}`];
const CERT = ["--origin-cert", `edge=${TLS.cert},${TLS.key}`];

/** Empty if it is no file, or is gone, as a journal of the state's database soon is. */
function contentOf(file: string): string {
  try {
    return statSync(file).isFile() ? readFileSync(file, "latin1") : "";
  } catch {
    return "";
  }
}

describe("headgate serve: an https origin", () => {
  const service = useServiceFolder();
  const open = new TlsOrigin();
  const strict = new TlsOrigin({ asksForClient: true });
  beforeAll(() => Promise.all([open.start(), strict.start()]));
  afterAll(() => {
    open.stop();
    strict.stop();
  });
  beforeEach(() => {
    open.seen = [];
    strict.seen = [];
  });

  const site = (host: string, { port }: TlsOrigin, words: string): string => `hosts: [${host}]
pools:
  web: { origins: [{ id: a, url: "https://127.0.0.1:${port}"${words} }], retry: { attempts: 1 } }
routes: [{ id: rest, cache: off, to: web }]
`;
  const ask = async (url: string, host: string): Promise<string> => {
    const { statusCode, body } = await request(`${url}/x`, { headers: { host }, reset: true });
    const text = await body.text();
    return statusCode === 200
      ? text
      : `${statusCode} ${(JSON.parse(text) as { type: string }).type.replace(/.*[:/]/, "")}`;
  };
  const UNREACHABLE = /^502 .*origin-unreachable/;

  it("is asked if its certificate comes from its own authority and has the name, which it is told by SNI", async () => {
    await service.write("good.yaml", site("good.test", open, ", tls: { ca: own, name: fra.internal }"));
    await service.write(
      "kept.yaml",
      site("kept.test", open, ", host: keep, tls: { ca: own, name: fra.internal }"),
    );
    await service.write("public.yaml", site("public.test", open, ", tls: { name: fra.internal }"));
    await service.write(
      "stranger.yaml",
      site("stranger.test", open, ", tls: { ca: stranger, name: fra.internal }"),
    );
    await service.write("name.yaml", site("name.test", open, ", tls: { ca: own, name: iad.internal }"));
    await service.write("noname.yaml", site("noname.test", open, ", tls: { ca: own }"));
    const { url } = await service.serve(...CA, "--origin-ca", `stranger=${TLS.strangerCa}`);
    expect(await ask(url, "good.test")).toBe("in private");
    expect(await ask(url, "kept.test")).toBe("in private");
    expect(open.seen).toEqual([
      { servername: "fra.internal", client: undefined, host: `127.0.0.1:${open.port}`, path: "/x" },
      { servername: "fra.internal", client: undefined, host: "kept.test", path: "/x" },
    ]);
    for (const host of ["public.test", "stranger.test", "name.test", "noname.test"])
      expect(await ask(url, host), host).toMatch(UNREACHABLE);
    expect(open.seen).toHaveLength(2);
  });

  it("that asks who the edge is gets the certificate of the operator's, and no other origin does", async () => {
    const tls = (more: string) => `, tls: { ca: own, name: fra.internal${more} }`;
    await service.write("with.yaml", site("with.test", strict, tls(", certificate: edge")));
    await service.write("without.yaml", site("without.test", strict, tls("")));
    await service.write("stranger.yaml", site("stranger.test", strict, tls(", certificate: stranger")));
    await service.write("open.yaml", site("open.test", open, tls(", certificate: edge")));
    const stranger = ["--origin-cert", `stranger=${TLS.strangerCa},${TLS.strangerKey}`];
    const { url } = await service.serve(...CA, ...CERT, ...stranger);
    expect(await ask(url, "with.test")).toBe("in private");
    expect(strict.seen).toMatchObject([{ client: "the edge" }]);
    expect(await ask(url, "without.test")).toMatch(UNREACHABLE);
    expect(await ask(url, "stranger.test")).toMatch(UNREACHABLE);
    expect(strict.seen).toHaveLength(1);
    expect(await ask(url, "open.test")).toBe("in private");
    expect(open.seen).toMatchObject([{ client: undefined }]); // it did not ask

    // The key is in no file of the run.
    const secret = readFileSync(TLS.key, "utf8").split("\n")[1] ?? "none";
    const files = readdirSync(service.temporary, { recursive: true, encoding: "utf8" }).map((file) =>
      path.join(service.temporary, file),
    );
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((file) => contentOf(file).includes(secret))).toEqual([]);
  });

  it("fails over from one that cannot prove itself", async () => {
    await service.write(
      "site.yaml",
      `hosts: [shop.test]
pools:
  web:
    balance: first
    tls: { ca: own, name: fra.internal }
    origins:
      - { id: wrong, url: "https://127.0.0.1:${open.port}", tls: { ca: own, name: iad.internal } }
      - { id: right, url: "https://127.0.0.1:${open.port}" }
routes: [{ id: rest, cache: off, to: web }]
`,
    );
    const { url, command } = await service.serve(...CA);
    expect(await ask(url, "shop.test")).toBe("in private");
    const record = JSON.parse(await command.line(/"path":"\/x"/)) as { attempts: string[] };
    expect(record.attempts).toEqual(["wrong connect", "right 200"]);
  });

  it("is probed in the same way as it is asked, from the start and after a change", async () => {
    const probed = (host: string, words: string) =>
      site(host, strict, `, tls: { ca: own, name: fra.internal, certificate: edge }${words}`).replace(
        "retry:",
        "health: { path: /probe, every: 1s }, retry:",
      );
    await service.write("a.yaml", probed(`"*.a.test", a.test`, ", host: keep"));
    const { url } = await service.serve(...CA, ...CERT);
    const probes = (host: string) =>
      strict.seen.filter((seen) => seen.path === "/probe" && seen.host === host);
    expect(await ask(url, "x.a.test")).toBe("in private");
    await until("it is probed", () => probes("a.test").length > 0);
    expect(probes("a.test")[0]).toMatchObject({ servername: "fra.internal", client: "the edge" });
    await service.write("b.yaml", probed("b.test", ", host: b.internal"));
    await until("the other is served", async () => (await ask(url, "b.test")) === "in private");
    await until("it is probed, too", () => probes("b.internal").length > 0);
  });

  it("is asked with what was given to its site, and never with what was given to another", async () => {
    const words = ", tls: { ca: own, name: fra.internal, certificate: edge }";
    await service.write("a.yaml", site("a.test", strict, words));
    const own = ["--origin-cert", `edge@a.test=${TLS.cert},${TLS.key}`];
    const { url, command } = await service.serve(...CA, ...own);
    expect(await ask(url, "a.test")).toBe("in private");
    await service.write("b.yaml", site("b.test", strict, words));
    const problem = await command.line(/b\.yaml:\d+:\d+ .*certificate/);
    expect(problem).toContain("`edge` is not given to this site; start with `--origin-cert edge=CERT,KEY`");
    expect(await ask(url, "b.test")).toBe("404 blank");
    expect(strict.seen).toHaveLength(1);
  });
});

describe("headgate serve: a Unix socket", () => {
  const service = useServiceFolder();
  const site = (socket: string, more = ""): string => `hosts: [shop.test]
pools: { web: { origins: [{ id: a, url: "http://app.internal/base", socket: ${socket}${more} }], retry: { attempts: 1 } } }
routes: [{ id: rest, cache: off, to: web }]
`;
  const ask = async (url: string): Promise<string> => {
    const { statusCode, body } = await request(`${url}/x`, { headers: { host: "shop.test" }, reset: true });
    return `${statusCode} ${(await body.text()).slice(0, 40)}`;
  };

  it("is asked with the host of the URL or the client's; while it is missing or refuses, it is an origin that does", async () => {
    const place = path.join(service.temporary, "app.sock");
    await service.write("site.yaml", site("app"));
    const { url, command } = await service.serve("--origin-socket", `app=${place}`);
    expect([...command.out, ...command.err].join("\n")).toContain(`${place} is not there yet`);
    expect(await ask(url)).toMatch(/^502 /);

    const app = http.createServer((asked, answer) => answer.end(`${asked.url} of ${asked.headers.host}`));
    await new Promise<void>((resolve) => app.listen(place, resolve));
    expect(await ask(url)).toBe("200 /base/x of app.internal");
    await service.write("site.yaml", site("app", ", host: keep"));
    await until("the client's host is seen", async () => (await ask(url)) === "200 /base/x of shop.test");

    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    // A server that was killed leaves its socket behind, and nobody listens.
    const left = net.createServer();
    await new Promise<void>((resolve) => left.listen(`${place}.next`, resolve));
    renameSync(`${place}.next`, place);
    await new Promise((resolve) => left.close(resolve));
    expect(statSync(place).isSocket()).toBe(true);
    expect(await ask(url)).toMatch(/^502 /);
  });

  it("that was not given keeps the site from being served, and nothing starts", async () => {
    await service.write("site.yaml", site("docker"));
    const command = service.begin(["--port", "0"]);
    const problem = await command.line(/site\.yaml:\d+:\d+/);
    expect(problem).toMatch(/pools\.web\.origins\[0\]\.socket {2}`docker` is not given to this site/);
    expect(await command.ended).toBe(1);
  });
});

describe("headgate serve refuses", () => {
  const service = useServiceFolder();
  const file = (name: string) => path.join(service.temporary, name);

  it.each<[what: string, args: () => string[], sentence: RegExp]>([
    [
      "an authority that is not there",
      () => ["--origin-ca", `own=${file("none.crt")}`],
      /none\.crt cannot be read: ENOENT/,
    ],
    [
      "a key in its place",
      () => ["--origin-ca", `own=${TLS.key}`],
      /client\.key holds no certificate in PEM form/,
    ],
    [
      "a certificate of no authority",
      () => ["--origin-ca", `own=${TLS.cert}`],
      /is of no authority: CN=the edge/,
    ],
    [
      "a key of another certificate",
      () => ["--origin-cert", `edge=${TLS.cert},${TLS.strangerKey}`],
      /localhost\.key is not the key of .*client\.crt/,
    ],
    [
      "a certificate without its key",
      () => ["--origin-cert", `edge=${TLS.cert}`],
      /Write two files with a comma/,
    ],
    [
      "a file where a socket should be",
      () => ["--origin-socket", `app=${TLS.cert}`],
      /client\.crt is no socket/,
    ],
    ["no name", () => ["--origin-ca", TLS.ca], /Write NAME=VALUE/],
    [
      "one name twice",
      () => ["--origin-ca", `own=${TLS.ca}`, "--origin-ca", `own=${TLS.ca}`],
      /own is given twice/,
    ],
  ])("%s", async (_what, args, sentence) => {
    await service.write("site.yaml", "hosts: [a.test]\nroutes: [{ id: all, respond: {} }]\n");
    const command = service.begin(["--port", "0", ...args()]);
    expect(await command.ended).toBe(2);
    expect(command.err.join("\n")).toMatch(sentence);
  });
});

describe("headgate serve without --sites", () => {
  const service = useServiceFolder();
  const strict = new TlsOrigin({ asksForClient: true });
  beforeAll(() => strict.start());
  afterAll(() => strict.stop());

  it("reaches the origins of a site from the moment it is published, and then by new processes", async () => {
    const secret = "a-secret-that-opens-everything";
    const serving = () => service.servePublished({ HEADGATE_ADMIN_TOKEN: secret }, ...CA, ...CERT);
    const tls = "tls: { ca: own, name: fra.internal, certificate: edge }";
    const own = `127.0.0.1:${strict.port}`;
    const push = async (command: Served["command"], { words = tls, place = own } = {}) => {
      const admin = command.err.find((line) => line.startsWith("admin API on "))?.replace(/.* on /, "") ?? "";
      await service.write(
        "a.yaml",
        `hosts: [a.test]
pools: { web: { host: keep, health: { path: /probe, every: 1s }, origins: [{ id: a, url: "https://${place}${place === own ? "" : "/y"}", ${words} }], retry: { attempts: 1 } } }
routes: [{ id: rest, cache: off, to: web }]
`,
      );
      const environment = { HEADGATE_EDGE: admin, HEADGATE_TOKEN: secret };
      const pushed = await runHeadgate(
        service.temporary,
        ["push", service.sites, "--edge", admin],
        environment,
      );
      expect(pushed).toMatchObject({ code: 0 });
    };
    const ask = async (url: string) => {
      const { statusCode, body } = await request(`${url}/x`, { headers: { host: "a.test" }, reset: true });
      return `${statusCode} ${(await body.text()).slice(0, 10)}`;
    };

    const first = await serving();
    await push(first.command);
    const answers = new Set<string>();
    await until("new processes serve", async () => {
      answers.add(await ask(first.url));
      return first.command.err.some((line) => line.includes("reaches its origins in a new way"));
    });
    expect(await ask(first.url)).toBe("200 in private");
    answers.delete("404 "); // before the edge has read that it is published
    for (const answer of answers) expect(answer).toMatch(/^200 in private|^4\d\d /);
    expect(strict.seen.at(-1)).toMatchObject({ client: "the edge", host: "a.test" });
    await until("it is probed", () => strict.seen.some(({ path }) => path === "/probe"));

    // Soon afterwards no processes are replaced again, and it is reached all the same.
    const before = strict.seen.length;
    await push(first.command, { place: `localhost:${strict.port}` });
    await until("it is asked at the other address", async () => {
      expect(await ask(first.url)).toBe("200 in private");
      return strict.seen.slice(before).some(({ path }) => path === "/y/x");
    });
    expect(first.command.err.filter((line) => line.includes("in a new way"))).toHaveLength(1);

    await push(first.command, { words: "socket: none" });
    await first.command.line(
      /a\.test names `none`, which is not given to it; start with `--origin-socket none=PATH`/,
    );
    await until("it cannot be reached", async () => (await ask(first.url)).startsWith("502 "));
    await push(first.command);
    await until("it is as before", async () => (await ask(first.url)) === "200 in private");

    await first.command.interrupt();
    const second = await serving();
    expect(await ask(second.url)).toBe("200 in private");
    expect(second.command.err.join("\n")).not.toContain("new way");
  });
});
