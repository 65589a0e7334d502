import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { Agent, request } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { Command } from "../support/command.ts";
import { replies, useOrigin } from "../support/origin.ts";

const TLS = path.join(import.meta.dirname, "../support/tls");
const cert = path.join(TLS, "localhost.crt");
const key = path.join(TLS, "localhost.key");

describe("headgate serve", () => {
  const origin = useOrigin();
  let folder: string;
  let temporary: string;
  let secureOrigin: https.Server;
  const running: Command[] = [];

  beforeAll(async () => {
    secureOrigin = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_ask, answer) =>
      answer.end("secret"),
    );
    await new Promise<void>((resolve) => secureOrigin.listen(0, "127.0.0.1", resolve));
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-sites-"));
    temporary = await mkdtemp(path.join(os.tmpdir(), "headgate-tmp-"));
    const securePort = (secureOrigin.address() as AddressInfo).port;
    await writeFile(
      path.join(folder, "site.yaml"),
      `hosts: ["*"]
pools:
  web: { origins: [{ id: a, url: "${origin.url}" }] }
  unverifiable: { origins: [{ id: self-signed, url: "https://127.0.0.1:${securePort}" }] }
routes:
  - { id: secure, match: { path: /secure }, to: unverifiable }
  - { id: rest, to: web }
`,
    );
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((command) => command.interrupt()));
  });
  afterAll(async () => {
    secureOrigin.close();
    await rm(folder, { recursive: true });
    await rm(temporary, { recursive: true });
  });

  const serve = (...args: string[]): Command => {
    const command = new Command(["serve", ...args], { TMPDIR: temporary });
    running.push(command);
    return command;
  };
  const urlOf = async (command: Command): Promise<string> => {
    const line = await command.line(/ on https?:/);
    return line.replace(/.* on (\S+);.*/, "$1");
  };

  it("serves the sites, logs each request as a line of JSON, and ends at Ctrl-C without a trace", async () => {
    const command = serve("--sites", folder, "--port", "0");
    const url = await urlOf(command);
    const answer = await request(`${url}/hello`);
    expect([answer.statusCode, await answer.body.text()]).toEqual([200, "hello"]);
    expect(origin.last.headers).toMatchObject({
      "x-forwarded-proto": "http",
      "x-forwarded-for": "127.0.0.1",
    });

    const record = JSON.parse(await command.line(/"path":"\/hello"/));
    expect(record).toMatchObject({ route: "rest", origin: "a", status: 200, client: "127.0.0.1" });
    expect(command.out).toHaveLength(1);

    expect(readdirSync(temporary)).not.toEqual([]);
    expect(await command.interrupt()).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
    await expect(request(url)).rejects.toThrow("ECONNREFUSED");
  });

  it("takes nobody's word for the client's address", async () => {
    const url = await urlOf(serve("--sites", folder, "--port", "0"));
    await request(`${url}/spoofed`, {
      headers: { "cf-connecting-ip": "6.6.6.6", "x-forwarded-for": "7.7.7.7" },
    });
    expect(origin.last.headers["x-forwarded-for"]).toBe("127.0.0.1");
  });

  it("keeps what may be kept, unless it is given no memory for it", async () => {
    origin.answers(replies(["one", "two", "three"], { "cache-control": "max-age=60" }));
    const ask = async (url: string) => (await request(`${url}/kept`)).body.text();
    const cached = await urlOf(serve("--sites", folder, "--port", "0"));
    expect([await ask(cached), await ask(cached)]).toEqual(["one", "one"]);
    const uncached = await urlOf(serve("--sites", folder, "--port", "0", "--cache-memory", "0B"));
    expect([await ask(uncached), await ask(uncached)]).toEqual(["two", "three"]);
  });

  it("terminates TLS itself, and tells the origin", async () => {
    const url = await urlOf(serve("--sites", folder, "--port", "0", "--tls-cert", cert, "--tls-key", key));
    expect(url).toMatch(/^https:/);
    const trusting = new Agent({ connect: { ca: readFileSync(cert) } });
    const answer = await request(`${url}/hello`, { dispatcher: trusting });
    expect(answer.statusCode).toBe(200);
    expect(origin.last.headers["x-forwarded-proto"]).toBe("https");
    await trusting.close();
  });

  it("does not believe an https origin whose certificate nobody vouches for", async () => {
    const url = await urlOf(serve("--sites", folder, "--port", "0"));
    const answer = await request(`${url}/secure`);
    expect(answer.statusCode).toBe(502);
    expect(await answer.body.json()).toMatchObject({ status: 502 });
  });

  it("says that a port is in use", async () => {
    const port = String(origin.port);
    const command = serve("--sites", folder, "--port", port);
    expect(await command.ended).toBe(1);
    expect(command.err).toEqual([`error: 127.0.0.1:${port} is in use; choose another --port`]);
  });

  it("starts nothing while a site has a problem", async () => {
    const broken = await mkdtemp(path.join(temporary, "broken-"));
    await writeFile(path.join(broken, "site.yaml"), "hosts: [a.test]\nroutes: []\n");
    const command = serve("--sites", broken, "--port", "0");
    expect(await command.ended).toBe(1);
    expect(command.err[0]).toContain(`${path.join(broken, "site.yaml")}:2:`);
    expect(command.err.at(-1)).toBe("1 problem in 1 file; nothing was started");
    await rm(broken, { recursive: true });
  });

  it.each([
    [
      "a certificate without its key",
      ["--tls-cert", cert],
      "--tls-cert and --tls-key must be given together",
    ],
    [
      "a key of another certificate",
      ["--tls-cert", cert, "--tls-key", path.join(TLS, "other.key")],
      "other.key is not the key of",
    ],
    [
      "a certificate that is none",
      ["--tls-cert", key, "--tls-key", key],
      "localhost.key holds no certificate in PEM form",
    ],
    [
      "a file that is not there",
      ["--tls-cert", "/nowhere.crt", "--tls-key", key],
      "/nowhere.crt cannot be read: ENOENT",
    ],
    ["a port that is no port", ["--port", "http"], "A port is a number from 0 to 65535."],
    ["a size that is none", ["--cache-memory", "much"], "Write a size such as 512MiB, or 0B."],
    ["a folder that is not there", ["--sites", "/nowhere"], "no such file or folder: /nowhere"],
  ])("refuses %s", async (_what, args, sentence) => {
    const command = serve("--sites", folder, ...args);
    expect(await command.ended).toBe(2);
    expect(command.err.join("\n")).toContain(sentence);
  });
});

describe("the runtime that serve starts", () => {
  it("is the one that wrangler.toml asks for", () => {
    const toml = readFileSync(path.join(import.meta.dirname, "../../wrangler.toml"), "utf8");
    expect(toml).toContain(`compatibility_date = "${COMPATIBILITY_DATE}"`);
    expect(toml).toContain(`compatibility_flags = ${JSON.stringify(COMPATIBILITY_FLAGS)}`);
  });
});
