// What Souin's tests (github.com/darkweak/souin) hold and any shared cache must.
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { aGate } from "../support/gate.ts";
import { after, cc, get } from "../support/rows.ts";

const { edge, origin, holds, site } = foreign("souin");

holds(
  "pkg/middleware/middleware_test.go",
  "a body that many wait for is given to each of them once, and whole",
  async () => {
    const gate = aGate();
    const body = "0123456789".repeat(10_000);
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=60" }).end(body);
    });
    const { host } = await site({ origins: [origin.url] });
    const asking = Array.from({ length: 6 }, () => edge.client(host).get("/page"));
    await edge.until("all wait", ({ inFlight }) => inFlight === 6);
    gate.open();
    for (const answer of await Promise.all(asking)) expect(answer.text === body).toBe(true);
  },
);

holds(
  "pkg/middleware/middleware_test.go",
  "the one whose request the others wait for may go: they get the body clean",
  async () => {
    const gate = aGate();
    let count = 0;
    origin.answers(async (_request, response) => {
      const mine = `body ${++count} `.repeat(1_000);
      await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=60" }).end(mine);
    });
    const { host } = await site({ origins: [origin.url] });
    const first = edge.client(host);
    const gone = first.get("/page").catch(() => "gone");
    await edge.until("the first asks", ({ inFlight }) => inFlight === 1);
    const waiting = edge.client(host).get("/page");
    await edge.until("both wait", ({ inFlight }) => inFlight === 2);
    await first.close();
    await gone;
    gate.open();
    expect((await waiting).text).toMatch(/^(body 1 ){1000}$|^(body 2 ){1000}$/);
  },
);

holds(
  "plugins/caddy/issue794_test.go",
  "a 304 that the edge asked for is a 200 to a client that set no condition",
  {
    given: [
      cc("max-age=1, must-revalidate", { etag: '"issue794-etag"' }),
      { status: 304, headers: { etag: '"issue794-etag"' } },
    ],
    when: [get(), after(3), get()],
    expect: ["1", { status: 200, body: "1" }],
    asked: [{}, { "if-none-match": '"issue794-etag"' }],
  },
);

holds("plugins/caddy/httpcache_test.go", "Age grows with the time in the store, and ttl falls", {
  given: [cc("max-age=60")],
  when: [get(), after(10), get()],
  expect: ["1", { headers: { age: "10", "cache-status": /hit; ttl=50/ } }],
  asked: 1,
});

holds("plugins/caddy/httpcache_test.go", "must-revalidate lets no stale page stand in for a failing origin", {
  given: [cc("max-age=5, stale-if-error=300, must-revalidate"), { status: 500 }],
  when: [get(), after(10), get()],
  expect: ["1", { status: 500 }],
  asked: 2,
});

holds(
  "plugins/caddy/httpcache_test.go",
  "nobody waits for an origin with whom another page is answered",
  async () => {
    const gate = aGate();
    origin.answers(async (request, response) => {
      if (request.url === "/slow") await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=60" }).end(request.url);
    });
    const { host } = await site({ origins: [origin.url] });
    const slow = edge.client(host).get("/slow");
    expect((await edge.client(host).get("/fast")).text).toBe("/fast");
    gate.open();
    expect((await slow).text).toBe("/slow");
  },
);
