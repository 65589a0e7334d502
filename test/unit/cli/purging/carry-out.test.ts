// Orders for several sites: all of them are given before a receipt is waited for, and what was purged is told if one fails.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AdminClient } from "../../../../cli/admin/admin-client.ts";
import { carryOut } from "../../../../cli/purging/carry-out.ts";
import type { Order } from "../../../../cli/purging/orders.ts";

/** What the edge was asked, in order. */
const asked: string[] = [];
/** Sites whose keeper does not answer. */
const down = new Set<string>();

const admin = http.createServer((ask, answer) => {
  const [, site = "", revision] = /^\/v1\/sites\/([^/]+)\/purges(?:\/(\d+))?$/.exec(ask.url ?? "") ?? [];
  asked.push(`${ask.method} ${site}`);
  const reply = (status: number, value: unknown) => {
    answer.statusCode = status;
    answer.end(JSON.stringify(value));
  };
  if (down.has(site)) return reply(503, { title: "keeper-unavailable", detail: `No keeper of ${site}.` });
  if (revision === undefined)
    return reply(200, { revision: asked.filter((one) => one.startsWith("POST")).length });
  // The first data centre confirms nothing until the last site is purged.
  const isComplete = asked.includes("POST c.test");
  reply(200, {
    revision: Number(revision),
    isComplete,
    places: [{ place: "fra", isolates: 1, confirmedAt: isComplete ? 5_000 : null }],
  });
});
let client: AdminClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => admin.listen(0, "127.0.0.1", resolve));
  const edge = `http://127.0.0.1:${(admin.address() as AddressInfo).port}`;
  client = new AdminClient({ edge, token: "a-secret-that-opens-everything" });
});
afterAll(() => admin.close());

const orders = ["a.test", "b.test", "c.test"].map(
  (site): Order => ({ site, body: { urls: [`https://${site}/`], mode: "hard", over: "0s" } }),
);

describe("orders for several sites", () => {
  it("are all given before a receipt is waited for", async () => {
    asked.length = 0;
    const { done, failure } = await carryOut(orders, client, true);
    expect(failure).toBeUndefined();
    expect(asked.slice(0, 3)).toEqual(["POST a.test", "POST b.test", "POST c.test"]);
    expect(asked.slice(3).sort()).toEqual(["GET a.test", "GET b.test", "GET c.test"]);
    expect(done).toMatchObject(
      ["a.test", "b.test", "c.test"].map((site, at) => ({
        site,
        revision: at + 1,
        receipt: { places: [{ place: "fra", confirmedAt: 5_000 }] },
      })),
    );
  });

  it("tell what was purged if one of them fails, and ask nothing of the rest", async () => {
    asked.length = 0;
    down.add("b.test");
    const { done, failure } = await carryOut(orders, client, false);
    down.clear();
    expect(done).toEqual([{ site: "a.test", revision: 1, urls: 1, receipt: null }]);
    expect(failure).toMatchObject({ reason: "keeper-unavailable", sentence: "No keeper of b.test." });
    expect(asked).toEqual(["POST a.test", "POST b.test"]);
  });
});
