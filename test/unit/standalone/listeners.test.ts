import { describe, expect, it } from "vitest";
import { readListener, socketsOf } from "../../../cli/standalone/listeners.ts";

const read = (text: string) => {
  const listener = readListener(text, 0);
  if (!listener.ok) return listener.error;
  const { name: _name, option: _option, ...rest } = listener.value;
  return rest;
};

describe("--listen", () => {
  it.each([
    ["http://127.0.0.1:80", { host: "127.0.0.1", port: 80, kind: "http" }],
    ["HTTP://[::1]:0?", { host: "::1", port: 0, kind: "http" }],
    ["http://localhost:80?redirect", { host: "localhost", port: 80, kind: "redirect" }],
    [
      "http://0.0.0.0:8080?redirect=443",
      { host: "0.0.0.0", port: 8080, kind: "redirect", redirectPort: 443 },
    ],
    [
      "https://0.0.0.0:443?cert=/etc/c++/a%20b.pem&key=k.pem",
      { host: "0.0.0.0", port: 443, kind: "https", files: { cert: "/etc/c++/a b.pem", key: "k.pem" } },
    ],
  ])("reads %s", (text, listener) => expect(read(text)).toEqual(listener));

  it.each([
    ["http://127.0.0.1", "write http://HOST:PORT"],
    ["http://127.0.0.1:65536", "write http://HOST:PORT"],
    ["http://user@127.0.0.1:80", "write http://HOST:PORT"],
    ["http://127.0.0.1:80/path", "write http://HOST:PORT"],
    ["http://127.0.0.1:80?redirect=no", "redirect=PORT names the port that clients know"],
    ["http://127.0.0.1:80?redirect&redirect=443", "write http://HOST:PORT"],
    ["http://127.0.0.1:80?cert=a&key=b", "a certificate needs https"],
    ["https://127.0.0.1:443", "write http://HOST:PORT"],
    ["https://127.0.0.1:443?cert=a&cert=b&key=c", "write http://HOST:PORT"],
    ["https://127.0.0.1:443?cert=a&key=b&redirect", "write http://HOST:PORT"],
    ["https://127.0.0.1:443?cert=a&key=b&ca=c", "write http://HOST:PORT"],
  ])("refuses %s", (text, sentence) => expect(read(text)).toContain(`${text}: ${sentence}`));

  it("redirects to the https port, to the one that is named, or not at all", async () => {
    const sockets = async (...texts: string[]) => {
      const listeners = texts
        .map((text, index) => readListener(text, index))
        .flatMap((one) => (one.ok ? one.value : []));
      const made = await socketsOf(listeners);
      return made.ok ? made.value.map(({ service }) => service) : made.error;
    };
    expect(await sockets("http://127.0.0.1:80?redirect=8443")).toEqual([
      { kind: "redirect", httpsPort: 8443 },
    ]);
    expect(await sockets("http://127.0.0.1:80?redirect")).toContain("a redirect needs an https listener");
  });
});
