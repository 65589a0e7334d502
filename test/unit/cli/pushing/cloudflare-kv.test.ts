// The store of sites against the limits and the failures of Cloudflare's API (test/support/fake-cloudflare.ts).
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { CloudflareApi } from "../../../../cli/pushing/cloudflare-api.ts";
import { CloudflareKv } from "../../../../cli/pushing/cloudflare-kv.ts";
import {
  ACCOUNT,
  type Fault,
  NAMESPACE,
  TOKEN,
  useFakeCloudflare,
} from "../../../support/fake-cloudflare.ts";

const AT_ONCE = { "retry-after": "0" };
const unavailable: Fault = { status: 503, headers: AT_ONCE };
const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ key: `site:h${at}.example.com`, value: `value ${at}` }));
const keysOf = (list: { key: string }[]) => list.map(({ key }) => key);

describe("a namespace of Cloudflare", () => {
  const fake = useFakeCloudflare();
  let told: string[] = [];
  afterEach(() => {
    told = [];
  });

  const kv = (token = TOKEN, signal?: AbortSignal) =>
    new CloudflareKv(
      new CloudflareApi({
        baseUrl: fake.url,
        credentials: { authorization: `Bearer ${token}` },
        tell: (sentence) => told.push(sentence),
        ...(signal && { signal }),
      }),
      ACCOUNT,
      NAMESPACE,
    );

  it("writes, reads and lists 10,000 keys in 121 calls", { timeout: 60_000 }, async () => {
    const many = entries(10_000);
    const store = kv();
    const written = await store.write(many);
    expect([written.done.size, written.unsure.size, written.failure]).toEqual([10_000, 0, undefined]);
    const read = await store.read([...keysOf(many), "site:none.example.com"]);
    if (!read.ok) throw new Error(read.error);
    expect(read.value.get("site:h9999.example.com")).toBe("value 9999");
    expect(read.value.get("site:none.example.com")).toBeNull();
    expect(read.value.size).toBe(10_001);
    const listed = await store.list();
    expect(listed.ok && listed.value.length).toBe(10_000);
    expect([fake.count("put"), fake.count("get"), fake.count("list")]).toEqual([10, 101, 10]);
  });

  it("keeps a call under the limit of bytes", { timeout: 60_000 }, async () => {
    const large = entries(3).map(({ key }) => ({ key, value: '"'.repeat(9_000_000) }));
    expect(await kv().write(large)).toMatchObject({ failure: undefined });
    expect(fake.calls.map(({ keys }) => keys)).toEqual([2, 1]);
    const read = await kv().read(keysOf(large)); // together they are too large for one answer
    expect(read.ok && [...read.value.values()].map((text) => text?.length)).toEqual(
      large.map(() => 9_000_000),
    );
  });

  it.each<[string, Fault]>([
    ["503", unavailable],
    ["429, with a time to wait", { status: 429, headers: AT_ONCE }],
    ["502, as a page", { status: 502, headers: AT_ONCE, body: "<html>Bad gateway</html>" }],
  ])("calls again after %s", async (_what, fault) => {
    fake.fails("put", fault, fault);
    expect(await kv().write(entries(2))).toMatchObject({ failure: undefined });
    expect([fake.count("put"), fake.held.size]).toEqual([3, 2]);
  });

  it.each<Fault>(["closed before the act", "closed after the act"])(
    "calls again after a connection %s",
    async (fault) => {
      fake.fails("put", fault);
      expect(await kv().write(entries(2))).toMatchObject({ failure: undefined });
      expect([fake.count("put"), fake.held.size]).toEqual([2, 2]);
      expect(told).toEqual([
        expect.stringMatching(/^no answer from 127\.0\.0\.1:\d+: \w+.*; next attempt in 1 s$/),
      ]);
    },
  );

  it("gives up after five attempts, and is unsure of what they did", async () => {
    fake.fails("put", unavailable, unavailable, unavailable, unavailable, unavailable);
    const written = await kv().write(entries(2));
    expect(written.failure).toBe("Cloudflare answered 503: a fault (code 10000) (5 attempts)");
    expect([written.done.size, written.unsure.size]).toEqual([0, 2]);
    expect(fake.count("put")).toBe(5);
  });

  it("does not wait longer than the limit of the API lasts", async () => {
    fake.fails("put", { status: 429, headers: { "retry-after": "301" } });
    const written = await kv().write(entries(1));
    expect(written).toMatchObject({
      failure: "Cloudflare answered 429: a fault (code 10000)",
      unsure: new Set(),
    });
  });

  it("says which keys were written when a later call fails", async () => {
    const many = entries(2_500);
    fake.fails("put", { refuses: () => false }, { status: 400 });
    const written = await kv().write(many);
    expect([...written.done]).toEqual(keysOf(many).slice(0, 1_000));
    expect([written.unsure.size, written.failure]).toEqual([
      0,
      "Cloudflare answered 400: a fault (code 10000)",
    ]);
    expect(fake.held.size).toBe(1_000);
  });

  it("sends again what a bulk write did not take, and only that", async () => {
    fake.fails("put", { refuses: (key) => key.includes("h1.") });
    const written = await kv().write(entries(3));
    expect([written.done.size, written.failure]).toEqual([3, undefined]);
    expect(fake.calls.map(({ keys }) => keys)).toEqual([3, 1]);
    expect(fake.held.size).toBe(3);
  });

  it("is unsure of what is never taken", async () => {
    const half: Fault = { refuses: (key) => /[13]\./.test(key) };
    fake.fails("put", half, half, half);
    const written = await kv().write(entries(4));
    expect(written).toEqual({
      done: new Set(["site:h0.example.com", "site:h2.example.com"]),
      unsure: new Set(["site:h1.example.com", "site:h3.example.com"]),
      failure: "Cloudflare did not take 2 of 4 keys, in 3 attempts",
    });
  });

  it("removes keys", async () => {
    await kv().write(entries(3));
    expect(await kv().remove(["site:h0.example.com", "site:h2.example.com"])).toMatchObject({
      failure: undefined,
    });
    expect([...fake.held.keys()]).toEqual(["site:h1.example.com"]);
  });

  it.each([
    [401, "a wrong token", "other-token_1234567890", undefined],
    [403, "a token without the right", TOKEN, { status: 403 } satisfies Fault],
  ])("does not call again after %i, and says what to do: %s", async (status, _what, token, fault) => {
    if (fault) fake.fails("put", fault);
    const written = await kv(token).write(entries(1));
    expect(written.failure).toMatch(
      new RegExp(`^Cloudflare answered ${status}: .*Edit Cloudflare Workers.*wrangler login`),
    );
    expect([fake.calls.length, written.unsure.size]).toEqual([1, 0]);
  });

  it("never repeats a token, whatever the answer quotes", async () => {
    const body = JSON.stringify({ errors: [{ code: 6_003, message: `Invalid header: Bearer ${TOKEN}` }] });
    fake.fails("put", { status: 400, body });
    fake.fails("get", { status: 429, headers: { "retry-after": "1" }, body });
    const written = await kv().write(entries(1));
    expect(written.failure).toBe("Cloudflare answered 400: Invalid header: … (code 6003)");
    await kv().read(["site:a"]);
    expect(told).toEqual(["Cloudflare answered 429: Invalid header: … (code 6003); next attempt in 1 s"]);
  });

  it("knows that nothing was written where nobody answers", async () => {
    const gone = http.createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const baseUrl = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((resolve) => gone.close(resolve));
    const api = new CloudflareApi({
      baseUrl,
      credentials: {},
      tell: () => {},
      signal: AbortSignal.timeout(500),
    });
    const written = await new CloudflareKv(api, ACCOUNT, NAMESPACE).write(entries(1));
    expect(written).toMatchObject({ done: new Set(), unsure: new Set() });
    expect(written.failure).toContain(`no answer from ${baseUrl.slice("http://".length)}: `);
  });

  it("stops where it stands when it is interrupted", async () => {
    const interrupted = new AbortController();
    fake.fails("put", { status: 503, headers: { "retry-after": "200" } });
    const writing = kv(TOKEN, interrupted.signal).write(entries(1));
    await expect.poll(() => told.length).toBe(1);
    interrupted.abort();
    expect((await writing).failure).toMatch(/interrupted/);
  });
});
