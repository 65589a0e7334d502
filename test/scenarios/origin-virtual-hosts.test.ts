// A real nginx with name-based virtual hosts behind `headgate serve`, and the recipe for it from docs/origins.md.
import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Nginx } from "../support/nginx.ts";
import { findProgram } from "../support/program.ts";
import { text, useServiceFolder } from "../support/service.ts";

const PAGE = readFileSync(path.join(import.meta.dirname, "../../docs/origins.md"), "utf8");
const [, RECIPE = ""] = /```nginx\n([\s\S]*?)```/.exec(PAGE) ?? [];

describe("nginx with virtual hosts", () => {
  const service = useServiceFolder();
  const app = http.createServer((ask, answer) => answer.end(`the application, as ${ask.headers.host}`));
  let nginx: Nginx | undefined;
  let missing = "";

  beforeAll(async () => {
    const found = findProgram("nginx", "nginx-light");
    if ("missing" in found) {
      missing = found.missing;
      return;
    }
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const recipe = (port: number) =>
      RECIPE.replace("server_name", `listen 127.0.0.1:${port}; server_name`)
        .replace("http://127.0.0.1:8000", `http://127.0.0.1:${(app.address() as AddressInfo).port}`)
        .replace("include fastcgi_params;", "");
    nginx = await Nginx.start(
      found.binary,
      (port) => `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path temp-body;
  proxy_temp_path temp-proxy;
  fastcgi_temp_path temp-fastcgi;
  uwsgi_temp_path temp-uwsgi;
  scgi_temp_path temp-scgi;
  ${recipe(port)}
  server { listen 127.0.0.1:${port}; server_name shop.test *.shop.test; return 200 "the server of $host"; }
  server { listen 127.0.0.1:${port} default_server; return 200 "nobody's server"; }
}
`,
    );
  }, 240_000);
  beforeEach(({ skip }) => {
    if (missing !== "") skip(`${missing}: this scenario needs the real program`);
  });
  afterAll(async () => {
    app.close();
    await nginx?.remove();
  });

  const site = (hosts: string, host: string): string =>
    `hosts: [${hosts}]\npools: { web: { host: ${host}, origins: [{ id: nginx, url: "${nginx?.url}" }] } }\nroutes: [{ id: rest, cache: off, to: web }]\n`;

  it("is asked for the one of the client's host, of its own, or of a name, which passes the public host on", async () => {
    await service.write("kept.yaml", site(`shop.test, "*.shop.test"`, "keep"));
    await service.write("own.yaml", site("own.test", "origin"));
    await service.write("named.yaml", site("named.test", "fra.example.net"));
    const { url } = await service.serve();
    expect(await text(url, "shop.test")).toBe("the server of shop.test");
    expect(await text(url, "b.shop.test")).toBe("the server of b.shop.test");
    expect(await text(url, "own.test")).toBe("nobody's server");
    expect(await text(url, "named.test")).toBe("the application, as named.test");
  });
});
