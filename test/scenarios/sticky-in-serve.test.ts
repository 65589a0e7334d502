// Sticky sessions under `headgate serve`, whose processes have to agree on a secret.
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { useOrigin } from "../support/origin.ts";
import { type Served, useServiceFolder } from "../support/service.ts";

const service = useServiceFolder();
const a = useOrigin((_request, response) => void response.end("a"));
const b = useOrigin((_request, response) => void response.end("b"));

const sticky = () =>
  `hosts: ["*"]
pools:
  web:
    balance: round-robin
    sticky: { cookie: hg }
    origins: [{ id: a, url: "${a.url}" }, { id: b, url: "${b.url}" }]
routes: [{ id: rest, cache: off, to: web }]
`;

/** On a connection of its own, so that any of the processes may get it. */
async function ask({ url }: Pick<Served, "url">, cookie?: string) {
  const { headers, body } = await request(url, {
    reset: true,
    headers: cookie === undefined ? {} : { cookie },
  });
  const set = [headers["set-cookie"] ?? []].flat()[0]?.split(";")[0];
  return { text: await body.text(), cookie: set };
}

describe("headgate serve", () => {
  it("keeps a client at its origin whichever of its processes answers, and says that the secret is made up", async () => {
    await service.write("a.yaml", sticky());
    const served = await service.serve("--processes", "2");
    const first = await ask(served);
    expect(first.cookie).toMatch(/^hg=1[\w-]{42}$/);
    for (let again = 0; again < 20; again++)
      expect(await ask(served, first.cookie)).toEqual({ text: first.text, cookie: undefined });
    expect(served.command.err.join("\n")).toContain("needs the secret HEADGATE_SECRET");
  });

  it("keeps it in the next run if the environment has the secret", async () => {
    await service.write("a.yaml", sticky());
    const env = { HEADGATE_SECRET: "a secret that outlives the run of a service" };
    const before = await service.serveWith(env);
    const first = await ask(before);
    expect(before.command.err.join("\n")).not.toContain("HEADGATE_SECRET");
    await before.command.interrupt();
    const after = await service.serveWith(env);
    for (let again = 0; again < 4; again++)
      expect(await ask(after, first.cookie)).toEqual({ text: first.text, cookie: undefined });
  });
});
