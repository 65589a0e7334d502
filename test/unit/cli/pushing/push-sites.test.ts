// A whole push into Cloudflare's KV as far as it is known here (test/support/fake-cloudflare.ts), and what is told about it.
import { describe, expect, it } from "vitest";
import { unpainted } from "../../../../cli/printing/terminal-text.ts";
import { CloudflareApi } from "../../../../cli/pushing/cloudflare-api.ts";
import { CloudflareKv } from "../../../../cli/pushing/cloudflare-kv.ts";
import { isDone, pushData, pushErrors, pushText } from "../../../../cli/pushing/push-report.ts";
import { pushSites, type Wishes } from "../../../../worker/publishing/push-sites.ts";
import { ACCOUNT, NAMESPACE, TOKEN, useFakeCloudflare } from "../../../support/fake-cloudflare.ts";
import { sitesWith } from "./sites-with.ts";

const MOMENT = { now: "2026-11-28T16:00:00.000Z", salt: "0123456789abcdef" };
const SHOP = ["shop.test", "www.test"];
const NO_FAULT = { refuses: () => false };
const BLOG = ["blog.test", "www.test"];

describe("a push", () => {
  const fake = useFakeCloudflare();

  const hostKeys = () => [...fake.held.keys()].filter((key) => key.startsWith("site:"));
  const push = async (files: string[][], wishes: Partial<Wishes> = {}) => {
    const credentials = { authorization: `Bearer ${TOKEN}` };
    const api = new CloudflareApi({ baseUrl: fake.url, credentials, tell: () => {} });
    const pushed = await pushSites(
      sitesWith(files),
      new CloudflareKv(api, ACCOUNT, NAMESPACE),
      {
        takeHosts: [],
        removeHosts: [],
        prune: false,
        ...wishes,
      },
      MOMENT,
    );
    const outcome = {
      loaded: { sites: [], problems: [], warnings: [] },
      store: "remote" as const,
      tested: [],
      pushed: pushed.ok ? pushed.value : undefined,
      error: pushed.ok ? undefined : pushed.error,
    };
    const isFine = isDone(outcome);
    return {
      done: isFine,
      out: pushText(outcome, unpainted),
      err: isFine ? "" : pushErrors(outcome, unpainted),
      data: pushData(outcome),
    };
  };

  it("refuses to take a host from another site, until it is told", async () => {
    await push([SHOP]);
    const before = new Map(fake.held);
    const refused = await push([BLOG]);
    expect(refused).toMatchObject({
      done: false,
      out: "",
      err: `www.test belongs to the site shop.test, and would move to the site blog.test
1 host would move to another site. If that is meant: --take-host 'www.test'
Nothing was written.`,
      data: {
        moves: [{ host: "www.test", from: "shop.test", to: "blog.test", orphans: [] }],
        keys: [{}, {}],
      },
    });
    expect(fake.held).toEqual(before);
    expect(await push([BLOG], { takeHosts: ["blog.test"] })).toMatchObject({ done: false });
    expect(await push([BLOG], { takeHosts: ["www.test"] })).toMatchObject({ done: true });
    expect(fake.held.get("site:www.test")).toBe('{"sameAs":"blog.test"}');
    expect(await push([BLOG], { takeHosts: ["www.test"] })).toMatchObject({ done: true }); // again: there is nothing to take
    expect((await push([SHOP])).err).toContain("www.test belongs to the site blog.test");
  });

  it("tells which hosts would be left without a site", async () => {
    await push([SHOP]);
    expect((await push([["blog.test", "shop.test"]])).err).toContain(
      "and no site would be left for www.test\n",
    );
  });

  it("says what was written when it breaks off, and does the rest when it is run again", async () => {
    fake.fails("put", NO_FAULT, NO_FAULT, { status: 403 }); // the texts, the record, the pointers
    const broken = await push([["a.test", "b.test", "c.test"]]);
    expect(broken.done).toBe(false);
    expect(broken.out).toBe(`site:a.test  version v1  new
site:b.test  as a.test   not written
site:c.test  as a.test   not written
1 key written to Cloudflare's KV, 0 left alone, 2 not written
The edge sees it within 90 seconds.`);
    expect(broken.err).toMatch(
      /^Cloudflare answered 403: .*\nThe push broke off\. Run it again: it writes only what is missing\.$/,
    );
    expect(broken.data.keys.map(({ written }) => written)).toEqual([true, false, false]);
    expect(hostKeys()).toEqual(["site:a.test"]);
    const again = await push([["a.test", "b.test", "c.test"]]);
    expect(again.done).toBe(true);
    expect(again.out).toContain("2 keys written to Cloudflare's KV, 1 left alone\n");
  });

  it("does not call written what it is unsure of", async () => {
    const unavailable = { status: 500, headers: { "retry-after": "0" } };
    fake.fails("put", NO_FAULT, ...Array.from({ length: 5 }, () => unavailable));
    const broken = await push([["a.test", "b.test"]]);
    expect(broken.out).toBe(`site:a.test  version v1  unsure
site:b.test  as a.test   not written
0 keys written to Cloudflare's KV, 0 left alone, 1 unsure, 1 not written`);
    expect(broken.data.keys.map(({ written }) => written)).toEqual([null, false]);
  });

  it("writes nothing if it cannot see what is there", async () => {
    fake.fails("get", { status: 403 });
    const { done, out, err } = await push([["a.test"]]);
    expect([done, out]).toEqual([false, ""]);
    expect(err).toMatch(/^Cloudflare answered 403: .*\nNothing was written\.$/);
    expect(fake.count("put")).toBe(0);
  });

  it("names what is left over, and removes it when told", async () => {
    await push([
      ["a.test", "old.test"],
      ["x.test", "y.test"],
    ]);
    const { out } = await push([["a.test"]]);
    expect(out).toContain(`
site:old.test              left over: no file names it, and the edge does not serve it; \`--prune\` removes it
`);
    expect(fake.held.has("site:old.test")).toBe(true);
    expect((await push([["a.test"]])).out).not.toContain("left over"); // only --prune looks at the whole store
    const pruned = await push([["a.test"]], { prune: true });
    expect(pruned.out).toBe(`site:a.test    version v1  same
site:old.test              removed
0 keys written to Cloudflare's KV, 1 left alone, 1 removed
The edge sees it within 90 seconds.`);
    expect(hostKeys().sort()).toEqual(["site:a.test", "site:x.test", "site:y.test"]);
  });

  it("leaves a site that is still served alone, unless its host is named", async () => {
    await push([["old.test", "a.test"]]);
    const taken = await push([["a.test"]], { takeHosts: ["a.test"], prune: true });
    expect(taken.out).toMatch(
      /site:old\.test .* the edge serves the old site there; `--remove-host old\.test`/,
    );
    expect(fake.held.has("site:old.test")).toBe(true);
    const removed = await push([["a.test"]], { removeHosts: ["old.test", "never.test"] });
    expect(removed.data).toMatchObject({ ok: true, removed: ["site:old.test"] });
    expect(hostKeys()).toEqual(["site:a.test"]);
  });
});
