// A real Apache httpd that serves one page and writes the combined log.
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../bench/machine/free-port.ts";

export class Httpd {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly url: string;
  #read = 0;

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(binary: string, page: string): Promise<Httpd> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-httpd-"));
    await chmod(folder, 0o755); // as root it serves as another user
    await mkdir(path.join(folder, "www"));
    await writeFile(path.join(folder, "www/page"), page);
    const port = await freePort();
    await writeFile(path.join(folder, "httpd.conf"), configuration(folder, port));
    const child = spawn(binary, ["-f", path.join(folder, "httpd.conf"), "-D", "FOREGROUND"], {
      stdio: "ignore",
    });
    const httpd = new Httpd(folder, port, child);
    for (let look = 0; look < 100; look++) {
      const answer = await fetch(`${httpd.url}/page`).catch(() => undefined);
      if (answer && (await answer.text()) === page) {
        await httpd.logged();
        return httpd;
      }
      await pause(50);
    }
    throw new Error(`httpd does not start:\n${await readFile(path.join(folder, "error.log"), "utf8")}`);
  }

  /** The next line of its log. */
  async logged(): Promise<string> {
    for (let look = 0; look < 200; look++) {
      const log = await readFile(path.join(this.#folder, "access.log"), "utf8").catch(() => "");
      const lines = log.split("\n").slice(0, -1);
      if (lines.length > this.#read) return lines[this.#read++] ?? "";
      await pause(20);
    }
    throw new Error("httpd logged nothing");
  }

  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const MODULES = "/usr/lib/apache2/modules";

/** `Unsafe`: it takes the fields of requests as they come, as the edge does. */
const configuration = (folder: string, port: number): string => `ServerRoot ${folder}
ServerName a.test
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
${process.getuid?.() === 0 ? "User www-data\nGroup www-data" : ""}
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
HttpProtocolOptions Unsafe
LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-agent}i\\"" combined
CustomLog ${folder}/access.log combined
ErrorLog ${folder}/error.log
DocumentRoot ${folder}/www
`;
