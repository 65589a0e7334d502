// The keepers under `headgate serve`: what is told to one holds for all of its processes, outlives a run with `--state`, and is nobody's
// trouble while the process that has them is killed.
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { purgeKeyOf, signatureFields } from "../../cli/signing/sign-request.ts";
import type { Command } from "../../worker/keeping/keeper-state.ts";
import type { Keepers } from "../../worker/ports.ts";
import { valueIn } from "../contract/keepers.contract.ts";
import { descendantsOf, isAlive } from "../support/descendants.ts";
import { saying, until, useServiceFolder } from "../support/service.ts";
import { keepersOverSocket } from "../support/state.ts";

const SITE = "*";
const KILL: Command = { kind: "switch", name: "kill", on: true };
const LIVE: Command = { kind: "switch", name: "kill", on: false };

const service = useServiceFolder();
const stateFolder = () => path.join(service.temporary, "state");

/** Of the only service that runs. */
function keepers(): Keepers {
  const run = readdirSync(service.temporary).find((name) => name.startsWith("headgate-serve-"));
  return keepersOverSocket(path.join(service.temporary, run ?? "", "state.sock"));
}

const statusOf = async (url: string): Promise<number> => {
  const answer = await request(url, { reset: true });
  await answer.body.dump();
  return answer.statusCode;
};

/** The answers of some connections in a row, which the processes share. */
const everywhere = async (url: string, status: number): Promise<boolean> => {
  const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(url)));
  return statuses.every((one) => one === status);
};

const statePid = (pid: number): number =>
  descendantsOf(pid).find((child) => commandLine(child).includes("state=unix:")) ?? 0;

/** A process may have ended since it was listed. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

describe("a switch", () => {
  it("holds for all processes within seconds, and after the next start", async () => {
    await service.write("a.yaml", saying("hello"));
    const first = await service.serve("--processes", "2", "--state", stateFolder());
    expect(await statusOf(first.url)).toBe(200);
    const { revision } = valueIn(await keepers().apply(SITE, KILL));
    await until("it is off everywhere", () => everywhere(first.url, 503));
    expect(await first.command.interrupt()).toBe(0);
    expect(readdirSync(service.temporary).sort()).toEqual(["given", "state"]);

    const second = await service.serve("--state", stateFolder());
    await until("it is off again", () => everywhere(second.url, 503));
    expect(valueIn(await keepers().inspect(SITE)).revision).toBe(revision);
  });

  it("does not outlive the run without a folder for it, and nothing is left", async () => {
    await service.write("a.yaml", saying("hello"));
    const first = await service.serve();
    await keepers().apply(SITE, KILL);
    await until("it is off", () => everywhere(first.url, 503));
    expect(await first.command.interrupt()).toBe(0);
    expect(readdirSync(service.temporary)).toEqual(["given"]);
    const second = await service.serve();
    expect(await statusOf(second.url)).toBe(200);
    expect(valueIn(await keepers().inspect(SITE)).switches.kill).toBe(false);
  });

  it("stays over a reload, with which the state process is replaced if it is to have another secret", async () => {
    await service.write("a.yaml", saying("hello"));
    const secrets = path.join(service.temporary, "secrets.env");
    const save = (value: string) => writeFile(secrets, `HEADGATE_SECRET_A=${value}\n`, { mode: 0o600 });
    await save("one");
    const { command, url } = await service.serve("--state", stateFolder(), "--secrets", secrets);
    const { revision } = valueIn(await keepers().apply(SITE, KILL));
    const reloads = () => command.err.filter((line) => line.startsWith("reloaded: ")).length;
    const before = statePid(command.pid);
    command.signal("SIGHUP");
    await until("it has reloaded", () => reloads() === 1);
    // While it is replaced nothing can be counted: requests with an exact limit were refused at each reload.
    expect(statePid(command.pid)).toBe(before);

    await save("two");
    command.signal("SIGHUP");
    await until("it has reloaded again", () => reloads() === 2);
    expect(statePid(command.pid)).not.toBe(before);
    expect(isAlive(before)).toBe(false);
    expect(valueIn(await keepers().inspect(SITE)).revision).toBe(revision);
    await until("it is off", () => everywhere(url, 503));
  });
});

describe("a receipt", () => {
  it("counts each process that serves the site", async () => {
    await service.write("a.yaml", saying("hello"));
    const { url } = await service.serve("--processes", "2");
    const { revision } = valueIn(await keepers().apply(SITE, KILL));
    await until("both have confirmed it", async () => {
      await everywhere(url, 503);
      const [place] = valueIn(await keepers().receipt(SITE, revision)).places;
      return place?.isolates === 2 && place.confirmedAt !== null;
    });
  });
});

describe("the state process", () => {
  it("is started again when it is killed, and no request notices", async () => {
    await service.write("a.yaml", saying("hello"));
    const { command, url } = await service.serve("--state", stateFolder());
    await keepers().apply(SITE, LIVE);
    const statuses: number[] = [];
    let isKilled = true;
    const asking = (async () => {
      while (isKilled && statuses.length < 5_000) statuses.push(await statusOf(url));
    })();
    for (let times = 0; times < 2; times++) {
      const pid = statePid(command.pid);
      process.kill(pid, "SIGKILL");
      await until("another one has come", () => ![0, pid].includes(statePid(command.pid)));
    }
    await until("it answers", async () => (await keepers().inspect(SITE)).ok);
    isKilled = false;
    await asking;
    expect(statuses.length).toBeGreaterThan(20);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await keepers().apply(SITE, KILL);
    await until("it is off", () => everywhere(url, 503));
  });

  it("ends with the service, also if that is killed, and lets the next one have its folder", async () => {
    await service.write("a.yaml", saying("hello"));
    const { command } = await service.serve("--state", stateFolder());
    await keepers().apply(SITE, KILL);
    const started = descendantsOf(command.pid);
    expect(started).toContain(statePid(command.pid));
    command.signal("SIGKILL");
    await until("all have ended", () => !started.some(isAlive));
    await until(
      "only the state is left",
      () => readdirSync(service.temporary).sort().join() === "given,state",
    );
    const next = await service.serve("--state", stateFolder());
    await until("it is off", () => everywhere(next.url, 503));
  });
});

describe("--state", () => {
  it("is refused if another service uses the folder, which goes on", async () => {
    await service.write("a.yaml", saying("hello"));
    const { url } = await service.serve("--state", stateFolder());
    const second = service.begin(["--port", "0", "--state", stateFolder()]);
    expect(await second.ended).toBe(1);
    expect(second.err.join("\n")).toContain(`--state ${stateFolder()} is in use by another headgate serve`);
    expect(await statusOf(url)).toBe(200);
  });
});

describe("a request to purge", () => {
  const secret = "a-secret-of-more-than-32-characters";
  const purging = `hosts: ["*"]
pools: { web: { origins: [{ id: a, url: "http://127.0.0.1:1" }] } }
routes: [{ id: all, to: web }]
purgeRequests: {}
`;

  it("is verified by HEADGATE_SECRET of the environment, which is in no file and no argument", async () => {
    await service.write("a.yaml", purging);
    const { url, command } = await service.serveWith({ HEADGATE_SECRET: secret }, "--state", stateFolder());
    const page = new URL("/page", url);
    const sent = async (key: string) => {
      const createdSeconds = Math.floor(Date.now() / 1_000);
      const lines = signatureFields({ method: "PURGE", url: page, fields: [], createdSeconds }, key);
      const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s) as [string, string]));
      const answer = await request(page, { method: "PURGE" as "GET", headers, reset: true });
      return { status: answer.statusCode, text: await answer.body.text() };
    };
    const answer = await sent(purgeKeyOf(secret, SITE));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({
      site: SITE,
      revision: valueIn(await keepers().inspect(SITE)).revision,
    });
    expect((await sent(purgeKeyOf(`${secret}!`, SITE))).status).toBe(403);
    for (const pid of descendantsOf(command.pid)) expect(commandLine(pid)).not.toContain(secret);
    for (const file of readdirSync(service.temporary, { recursive: true, withFileTypes: true }))
      if (file.isFile())
        expect(readFileSync(path.join(file.parentPath, file.name), "latin1")).not.toContain(secret);
  });

  it("needs a secret that cannot be guessed", async () => {
    await service.write("a.yaml", purging);
    const command = service.begin(["--port", "0"], undefined, { HEADGATE_SECRET: "short" });
    expect(await command.line(/^error: HEADGATE_SECRET is shorter than 32 characters/)).toBeTruthy();
    expect(await command.ended).toBe(2);
  });
});
