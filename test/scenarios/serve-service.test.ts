// `headgate serve` as a service that is changed, replaced and ended while clients use it. nginx's and HAProxy's own tests ask the
// same of a reload: no refused connection, and what is in flight finishes (nginx-tests: http_reload; haproxy: reg-tests/seamless-reload).
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROJECT } from "../../cli/project.ts";
import { descendantsOf, isAlive } from "../support/descendants.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { forwardingTo, SlowOrigin, saying, text, until, useServiceFolder } from "../support/service.ts";

const TLS = path.join(import.meta.dirname, "../support/tls");
const cert = path.join(TLS, "localhost.crt");
const key = path.join(TLS, "localhost.key");

const service = useServiceFolder();

async function connectedTo(port: number): Promise<net.Socket> {
  const socket = net.connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** The body that comes for a request on this connection, or what went wrong. */
function answerOn(connection: net.Socket, scheme: "http" | "https"): Promise<string> {
  if (connection.destroyed) return Promise.resolve("closed before the request");
  const socket =
    scheme === "http" ? connection : connectTls({ socket: connection, rejectUnauthorized: false });
  socket.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
  let got = "";
  socket.on("data", (data) => (got += data.toString()));
  socket.on("error", ({ code }: NodeJS.ErrnoException) => (got += code));
  return new Promise((resolve) => socket.on("close", () => resolve(got.split("\r\n\r\n").at(-1) ?? "")));
}

describe("site files", () => {
  it("are live when they are saved; one with a problem is reported, and its last good version stays", async () => {
    await service.write("a.yaml", saying("one"));
    const { command, url } = await service.serve();
    expect(await text(url)).toBe("one");

    await service.write("a.yaml", saying("two"));
    await command.line(/ live {2}.*a\.yaml/);
    await until("the new version is served", async () => (await text(url)) === "two");

    await service.write("a.yaml", "hosts: [nothing else]\n");
    expect(await command.line(/the last good version stays live/)).toMatch(/^\d\d:\d\d:\d\d /);
    expect(await text(url)).toBe("two");

    await service.write("a.yaml", saying("two"));
    await command.line(/a\.yaml has no problem any more/);
    expect(command.out.filter((line) => line.includes('"refusal":"'))).toEqual([]);
  });

  it("stop nobody while a large one is judged, which takes seconds", async () => {
    await service.write("a.yaml", saying("hello", "a.test"));
    const { command, url } = await service.serve();
    const routes = Array.from(
      { length: 8_000 },
      (_, n) => `  - { id: r${n}, match: { path: "/${n}/*" }, redirect: { to: "/" } }`,
    );
    await service.write("large.yaml", `hosts: [large.test]\nroutes:\n${routes.join("\n")}\n`);
    const isLive = () => command.err.concat(command.out).some((line) => line.includes(" live "));
    // Their records are more than the pipe of the log holds: without a reader the edge would stop.
    const headers = { host: "a.test", "user-agent": "x".repeat(2_000) };
    for (let asked = 0; asked < 400; asked++) {
      const { statusCode, body } = await request(url, { headers });
      await body.dump();
      expect(statusCode).toBe(200);
    }
    expect(isLive()).toBe(false);
    await command.line(/ live {2}.*large\.yaml/);
  });

  it("may be replaced with their folder, and dot files are no sites", async () => {
    await service.write("a.yaml", saying("one"));
    const { command, url } = await service.serve();
    const next = path.join(service.temporary, "next");
    await mkdir(next);
    await writeFile(path.join(next, "a.yaml"), saying("from the new folder"));
    await writeFile(path.join(next, ".a.yaml.swp.yaml"), "an editor's copy");
    await rename(service.sites, path.join(service.temporary, "before"));
    await rename(next, service.sites);
    await command.line(/ live {2}/);
    await until("the new folder is served", async () => (await text(url)) === "from the new folder");
    expect(command.err.filter((line) => line.includes("problem"))).toEqual([]);
  });

  it("may be links whose target changes without a notice, as those of a ConfigMap do", async () => {
    const versions = path.join(service.temporary, "versions");
    for (const version of ["1", "2"]) {
      await mkdir(path.join(versions, version), { recursive: true });
      await writeFile(path.join(versions, version, "a.yaml"), saying(`version ${version}`));
    }
    await symlink("1", path.join(versions, "current"));
    await symlink(path.join(versions, "current/a.yaml"), path.join(service.sites, "a.yaml"));
    const { url } = await service.serve();
    expect(await text(url)).toBe("version 1");
    await symlink("2", path.join(versions, "next"));
    await rename(path.join(versions, "next"), path.join(versions, "current"));
    await until("version 2 is served", async () => (await text(url)) === "version 2");
  });
});

describe("several processes on one port", () => {
  it("share the connections, and one that is killed is replaced", async () => {
    await service.write("a.yaml", saying("hello"));
    const { command, url } = await service.serve("--processes", "2", "--health", "0");
    const health = (await command.line(/^health checks on /)).replace(/.* on /, "");
    const wellness = async () =>
      (await (await request(health)).body.json()) as { processes: { pid: number }[] };
    const before = (await wellness()).processes.map(({ pid }) => pid);
    expect(before).toHaveLength(2);

    process.kill(before[0] ?? 0, "SIGKILL");
    await command.line(/ended unexpectedly/);
    await command.line(/serves in its place/);
    const after = (await wellness()).processes.map(({ pid }) => pid);
    expect(after).toHaveLength(2);
    expect(after).toContain(before[1]);
    expect(after).not.toContain(before[0]);
    expect(await text(url)).toBe("hello");
  });
});

describe("a reload", () => {
  it("replaces the processes without refusing a connection, and what is in flight finishes", async () => {
    const slow = new SlowOrigin();
    await service.write("a.yaml", forwardingTo(await slow.start()));
    const pidFile = path.join(service.temporary, "pid");
    const { url } = await service.serve("--processes", "2", "--pid-file", pidFile);
    const inFlight = await request(`${url}/slow`);

    // Fresh connections all the while.
    let isReloading = true;
    const outcomes: string[] = [];
    const asking = (async () => {
      while (isReloading) {
        const once = new Agent({ pipelining: 0 });
        const answer = await request(`${url}/quick`, { dispatcher: once }).then(
          (found) => found.body.text(),
          (error: NodeJS.ErrnoException) => `${error.code}`,
        );
        outcomes.push(answer);
        await once.close();
      }
    })();
    const { stderr } = await promisify(execFile)(process.execPath, [
      path.join(PROJECT, "cli/main.ts"),
      ...["reload", "--pid-file", pidFile],
    ]);
    isReloading = false;
    await asking;
    expect(stderr).toMatch(/^process \d+ has reloaded\n$/);
    expect(outcomes.length).toBeGreaterThan(3);
    expect(outcomes.filter((outcome) => outcome !== "begun, quick")).toEqual([]);
    slow.finish();
    expect(await inFlight.body.text()).toBe("begun, finished");
    slow.stop();
  });

  // Before: of the clients that had connected and sent nothing yet, as all do during their handshake, each one was reset.
  it("answers the first request of each client that had connected before", async () => {
    await service.write("a.yaml", saying("hello"));
    const command = service.begin([
      ...["--listen", "http://127.0.0.1:0", "--listen", `https://127.0.0.1:0?cert=${cert}&key=${key}`],
      ...["--health", "0", "--processes", "2"],
    ]);
    const ready = await command.line(/ sites? on http:/);
    const [plain = 0, secure = 0] = [...ready.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) =>
      Number(port),
    );
    const health = (await command.line(/^health checks on /)).replace(/.* on /, "");
    const pids = async () => {
      const { processes } = (await (await request(health)).body.json()) as {
        processes: readonly { pid: number }[];
      };
      return processes.map(({ pid }) => pid);
    };
    const connected = (port: number) => Promise.all(Array.from({ length: 20 }, () => connectedTo(port)));
    const [plainClients, secureClients] = [await connected(plain), await connected(secure)];
    const before = await pids();
    command.signal("SIGHUP");
    await until("the new processes serve", async () => (await pids()).every((pid) => !before.includes(pid)));
    const answers = await Promise.all([
      ...plainClients.map((socket) => answerOn(socket, "http")),
      ...secureClients.map((socket) => answerOn(socket, "https")),
    ]);
    expect([...new Set(answers)]).toEqual(["hello"]);
    await command.line(/^reloaded: /);
    await until("the old ones have ended", () => before.every((pid) => !isAlive(pid)));
  });

  it("reads the certificate again; with a faulty one everything stays as it was", async () => {
    await service.write("a.yaml", saying("hello"));
    const files = {
      cert: path.join(service.temporary, "cert.pem"),
      key: path.join(service.temporary, "key.pem"),
    };
    await cp(cert, files.cert);
    await cp(key, files.key);
    const { command, url } = await service.serve("--tls-cert", files.cert, "--tls-key", files.key);
    const before = await certificateOf(url);

    await writeFile(files.cert, "nonsense");
    process.kill(command.pid, "SIGHUP");
    expect(await command.line(/^not reloaded/)).toContain("cert.pem holds no certificate in PEM form");
    expect(await certificateOf(url)).toBe(before);

    const fresh = await newCertificate(service.temporary);
    await cp(fresh.cert, files.cert);
    await cp(fresh.key, files.key);
    process.kill(command.pid, "SIGHUP");
    await command.line(/^reloaded: /);
    expect(await certificateOf(url)).not.toBe(before);
  });
});

describe("http beside https", () => {
  it("redirects to the same URL, but for the proof that a certificate authority asks for", async () => {
    await service.write("a.yaml", saying("the site"));
    const command = service.begin([
      ...["--listen", `https://127.0.0.1:0?cert=${cert}&key=${key}`],
      ...["--listen", "http://127.0.0.1:0?redirect", "--listen", "http://127.0.0.1:0?redirect=443"],
    ]);
    const line = await command.line(/ sites? on https:/);
    const [secure = "", plain = "", mapped = ""] = [...line.matchAll(/127\.0\.0\.1:(\d+)/g)].map(
      ([, port]) => port,
    );
    const answer = await request(`http://127.0.0.1:${plain}/a/b?c=d%20e`, {
      headers: { host: "shop.example:80" },
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([
      308,
      `https://shop.example:${secure}/a/b?c=d%20e`,
    ]);
    for (const host of ["a@evil.example", "shop.example/path", "shop.example?", "[::1"]) {
      const odd = await sendRaw(`http://127.0.0.1:${plain}`, rawGet("/", host));
      expect([host, odd.status]).toEqual([host, 400]);
    }
    expect(await text(`http://127.0.0.1:${plain}/.well-known/acme-challenge/to_ken-1`)).toBe("the site");
    // Any client could read a page in clear text by a path that leads out of the folder, or by a host with a path in it.
    for (const path of ["..%2f..%2fsecret", "../../secret", "%2e%2e/%2e%2e/secret", "token/x", ""]) {
      const asked = rawGet(`/.well-known/acme-challenge/${path}`, "shop.example");
      expect([path, (await sendRaw(`http://127.0.0.1:${plain}`, asked)).status]).toEqual([path, 308]);
    }
    const pasted = rawGet("/", "x/.well-known/acme-challenge/");
    expect((await sendRaw(`http://127.0.0.1:${plain}`, pasted)).status).toBe(400);

    const elsewhere = await request(`http://127.0.0.1:${mapped}/a`, { headers: { host: "shop.example" } });
    expect(elsewhere.headers.location).toBe("https://shop.example/a"); // where a container's 8443 is the world's 443
  });
});

describe("its end", () => {
  it("finishes what is in flight at SIGTERM, and tells health checks meanwhile", async () => {
    const slow = new SlowOrigin();
    await service.write("a.yaml", forwardingTo(await slow.start()));
    const { command, url } = await service.serve("--health", "0");
    const health = (await command.line(/^health checks on /)).replace(/.* on /, "");
    expect((await request(health)).statusCode).toBe(200);
    const inFlight = await request(`${url}/slow`);
    process.kill(command.pid, "SIGTERM");
    await until("health checks fail", async () => (await request(health)).statusCode === 503);
    await expect(request(url, { dispatcher: new Agent() })).rejects.toThrow(/ECONNRE|closed/); // at once
    slow.finish();
    expect(await inFlight.body.text()).toBe("begun, finished");
    expect(await command.ended).toBe(0);
    expect(readdirSync(service.temporary)).toEqual(["given"]);
    slow.stop();
  });

  it("leaves nothing that listens when it is killed, and has never written the private key", async () => {
    await service.write("a.yaml", saying("hello"));
    const { command, url } = await service.serve("--processes", "2", "--tls-cert", cert, "--tls-key", key);
    const secret = readFileSync(key, "utf8").split("\n")[1] ?? "";
    expect(secret.length).toBeGreaterThan(40);
    for (const file of readdirSync(service.temporary, { recursive: true, encoding: "utf8" })) {
      const found = await promisify(execFile)("grep", [
        "-lF",
        "--",
        secret,
        path.join(service.temporary, file),
      ]).catch(() => undefined);
      expect(found?.stdout).toBeUndefined();
    }
    const started = descendantsOf(command.pid);
    expect(started.length).toBeGreaterThanOrEqual(2);
    process.kill(command.pid, "SIGKILL");
    await until("everything has ended", () => started.every((pid) => !isAlive(pid)));
    await expect(request(url, { dispatcher: new Agent() })).rejects.toThrow("ECONNREFUSED");
  });

  it("comes with the end of the npx that started it", async () => {
    await service.write("a.yaml", saying("hello"));
    const npx = spawn("npx", ["headgate", "serve", "--sites", service.sites, "--port", "0"], {
      cwd: PROJECT,
      env: { ...process.env, TMPDIR: service.temporary, NODE_DISABLE_COMPILE_CACHE: "1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    npx.stderr.setEncoding("utf8").on("data", (more: string) => (said += more));
    await until("it serves", () => said.includes("Ctrl-C ends it"));
    const started = descendantsOf(npx.pid ?? 0);
    npx.kill("SIGTERM");
    await until("everything has ended", () => started.every((pid) => !isAlive(pid)));
    expect(readdirSync(service.temporary).filter((name) => name.startsWith("headgate-"))).toEqual([]);
  });
});

describe("a checkout whose path has a space", () => {
  let checkout: string;
  beforeAll(async () => {
    checkout = await mkdtemp(path.join(os.tmpdir(), "head gate-"));
    for (const part of ["cli", "worker", "shared", "package.json"]) {
      await cp(path.join(PROJECT, part), path.join(checkout, part), { recursive: true });
    }
    await symlink(path.join(PROJECT, "node_modules"), path.join(checkout, "node_modules"));
  });
  afterAll(() => rm(checkout, { recursive: true, force: true }));

  it("serves as any other", async () => {
    await service.write("a.yaml", saying("from a path with a space"));
    const child = spawn(process.execPath, ["cli/main.ts", "serve", "--sites", service.sites, "--port", "0"], {
      cwd: checkout,
      env: { ...process.env, TMPDIR: service.temporary },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (more: string) => (said += more));
    await until("it serves", () => said.includes("Ctrl-C ends it"));
    const [url = ""] = /http:\/\/[\d.:]+/.exec(said) ?? [];
    expect(await text(url)).toBe("from a path with a space");
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
  });
});

/** The fingerprint of the certificate that is presented on a new connection. */
function certificateOf(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

async function newCertificate(folder: string): Promise<{ cert: string; key: string }> {
  const files = { cert: path.join(folder, "new.crt"), key: path.join(folder, "new.key") };
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-keyout", files.key, "-out", files.cert],
  ]);
  return files;
}
