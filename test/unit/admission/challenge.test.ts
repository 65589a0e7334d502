// The task of a challenge, its solution, and who is asked at all.
import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { err, ok, type Result } from "../../../shared/result.ts";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { sealing } from "../../../worker/adapters/sealing.ts";
import { digest } from "../../../worker/adapters/web-crypto.ts";
import type { Proving, Question, Told } from "../../../worker/admission/authentication/proving.ts";
import { type Challenge, compileChallenge } from "../../../worker/admission/challenge/challenge.ts";
import type { ChallengePage } from "../../../worker/admission/challenge/challenge-page.ts";
import { WIDGET as WIDGET_SCRIPT, WORK } from "../../../worker/admission/challenge/page-scripts.ts";
import { mayProve, readProof, writeTask, zeroBits } from "../../../worker/admission/challenge/proof.ts";
import { askChallenge } from "../../../worker/admission/flow/ask-challenge.ts";
import { mayShowPage } from "../../../worker/delivery/wants-page.ts";
import type { Log } from "../../../worker/ports.ts";
import { type AskedOptions, anAsked, aSite } from "../../support/asked.ts";

const HTML = { accept: "text/html,application/xhtml+xml" };
const SECRET = "a secret of the edge, long enough to be one";
const NOW = Date.UTC(2026, 0, 1);

/** What the page does in a browser: the cookie that it sets. */
function solve(page: ChallengePage, { keepsCookies = true, tries = [] as number[] } = {}) {
  const said = { textContent: "" };
  const told = { reloads: 0, cookie: "" };
  const pending: (() => void)[] = [];
  runInNewContext(`(${WORK})(page)`, {
    page,
    document: {
      getElementById: (id: string) => (id === "said" ? said : {}),
      get cookie() {
        return told.cookie.split(";")[0] ?? "";
      },
      set cookie(text: string) {
        if (keepsCookies) told.cookie = text;
      },
    },
    location: { reload: () => told.reloads++ },
    sessionStorage: { getItem: () => JSON.stringify(tries), setItem: () => {} },
    setTimeout: (act: () => void) => pending.push(act),
  });
  while (pending.length > 0) pending.shift()?.();
  return { ...told, said: said.textContent };
}

const PAGE: ChallengePage = {
  task: writeTask({ issuedSeconds: NOW / 1_000, bits: 10, seal: "s".repeat(22) }),
  bits: 10,
  siteKey: null,
  cookie: "hg-challenge",
  maxAgeSeconds: 60,
  isSecure: false,
};

describe("the work of the browser", () => {
  it("finds a number by SHA-256, as everybody else computes it", () => {
    for (const bits of [1, 5, 8, 11]) {
      const { cookie, reloads } = solve({ ...PAGE, bits });
      const [value = ""] = cookie.split("=")[1]?.split(";") ?? [];
      expect(value.startsWith(`${PAGE.task}.`)).toBe(true);
      const hash = createHash("sha256").update(value).digest("hex");
      expect(zeroBits(hash)).toBeGreaterThanOrEqual(bits);
      expect(reloads).toBe(1);
    }
  });

  it("puts it in a cookie for the whole host", () => {
    expect(solve(PAGE).cookie).toMatch(/^hg-challenge=\S+; Path=\/; Max-Age=60; SameSite=Lax$/);
    const secure = solve({ ...PAGE, cookie: "__Host-hg-challenge", isSecure: true }).cookie;
    expect(secure).toMatch(/^__Host-hg-challenge=\S+; Path=\/; Max-Age=60; SameSite=Lax; Secure$/);
  });

  it("says so where the browser keeps no cookies", () => {
    const { said, reloads } = solve(PAGE, { keepsCookies: false });
    expect([said, reloads]).toEqual(["This page needs cookies to go on.", 0]);
  });

  it("stops where it is sent back again and again", () => {
    const now = Date.now();
    const { said, reloads } = solve(PAGE, { tries: [now, now, now, now, now] });
    expect(said).toContain("was asked again");
    expect(reloads).toBe(0);
    expect(solve(PAGE, { tries: [0, 0, 0, 0, 0] }).reloads).toBe(1);
  });
});

describe("a proof", () => {
  it.each([
    ["ff", 0],
    ["7f", 1],
    ["1f", 3],
    ["0f", 4],
    ["08", 4],
    ["00f0", 8],
    ["000180", 15],
    ["0".repeat(64), 256],
  ])("of %s begins with %i zero bits", (hash, bits) => {
    expect(zeroBits(hash)).toBe(bits);
  });

  it.each([
    "",
    "1",
    PAGE.task,
    `${PAGE.task}.`,
    `${PAGE.task}.-1`,
    `${PAGE.task}.1e3`,
    `${PAGE.task}.${"1".repeat(16)}`,
    `2${PAGE.task.slice(1)}.1`,
  ])("is not read from %j", (text) => {
    expect(readProof(text)).toBeUndefined();
  });

  it("counts while it is neither too old nor too easy", () => {
    const at = (age: number, bits = 16) =>
      mayProve({ issuedSeconds: (NOW - age) / 1_000, bits, seal: "" }, { bits: 16, ttlMs: 60_000 }, NOW);
    expect([at(0), at(59_000), at(60_000), at(-60_000), at(-61_000)]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect([at(0, 15), at(0, 17)]).toEqual([false, true]);
  });
});

describe("who sees the page", () => {
  it.each<[string, AskedOptions, boolean]>([
    ["a browser that opens it", { headers: { ...HTML, "sec-fetch-dest": "document" } }, true],
    ["a browser without Fetch Metadata", { headers: HTML }, true],
    ["a browser that opens it in a frame", { headers: { ...HTML, "sec-fetch-dest": "iframe" } }, true],
    ["not a script of a page", { headers: { ...HTML, "sec-fetch-dest": "empty" } }, false],
    ["not an image", { headers: { accept: "image/avif,*/*", "sec-fetch-dest": "image" } }, false],
    ["not a program", { headers: { accept: "*/*" } }, false],
    [
      "not a program that would rather have something else",
      { headers: { accept: "text/html;q=0.1, */*" } },
      false,
    ],
    ["not what wants no HTML", { headers: { accept: "text/html;q=0" } }, false],
    ["not a program that says nothing", {}, false],
    ["not a form that is sent", { method: "POST", headers: HTML }, false],
    ["not HEAD", { method: "HEAD", headers: HTML }, false],
    ["not a WebSocket", { headers: { ...HTML, upgrade: "websocket" } }, false],
  ])("%s", (_who, options, sees) => {
    expect(mayShowPage(anAsked("http://a.test/", options))).toBe(sees);
  });
});

describe("who is asked", () => {
  const concerned = (
    path: string,
    options: AskedOptions,
    challenge: SiteFile["challenge"],
    own?: SiteFile["challenge"],
  ) => {
    const site = aSite({
      ...(challenge && { challenge }),
      routes: [{ id: "r", respond: {}, ...(own && { challenge: own }) }],
    });
    const inquiry = site.routes[0]?.().admission?.inquiries[0];
    return inquiry?.kind === "challenge" && inquiry.concerns(anAsked(`http://a.test${path}`, options));
  };

  it("everybody, unless the site says for whom", () => {
    expect(concerned("/", {}, "proof-of-work")).toBe(true);
    const bots = { for: { header: { "user-agent": "*bot*" } } };
    expect(concerned("/", { headers: { "user-agent": "Somebot/1" } }, bots)).toBe(true);
    expect(concerned("/", { headers: { "user-agent": "Browser/1" } }, bots)).toBe(false);
  });

  it("never for what is open", () => {
    const open = { open: { path: ["/feed.xml", "/.well-known/*"] } };
    expect(["/", "/feed.xml", "/.well-known/a"].map((path) => concerned(path, {}, open))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("by the route's own in the place of the site's", () => {
    expect(concerned("/", {}, "proof-of-work", "off")).toBe(false);
    expect(concerned("/", {}, undefined, "proof-of-work")).toBe(true);
    const first = compileChallenge("a", { ...RULES, difficulty: 20 }, { ...RULES, difficulty: 12 });
    expect(first.map(({ bits }) => bits)).toEqual([12]);
  });
});

/** A proof of work needs none of it. */
const NOBODY_ELSE = {} as Pick<Parameters<typeof askChallenge>[2], "secrets" | "proving" | "log">;

const RULES = { kind: "proof-of-work", difficulty: 8, ttl: 3_600_000 } as const;

describe("a browser that comes back", () => {
  const [challenge] = compileChallenge("a.test", RULES, undefined);
  if (!challenge) throw new Error("there is a challenge");

  const ports = (now: number, secret: string | undefined = SECRET) => ({
    now: () => now,
    digest,
    sealing: sealing(secret, { warn: () => {} }),
    newId: () => "0123456789abcdef0123456789abcdef",
    ...NOBODY_ELSE,
  });

  interface Given {
    readonly ip?: string;
    readonly now?: number;
    readonly secret?: string;
    readonly realm?: string;
    readonly scheme?: "http" | "https";
  }

  const ask = (cookie: string | undefined, { ip, now = NOW, secret, realm, scheme = "http" }: Given = {}) =>
    askChallenge(
      { ...challenge, ...(realm && { realm }) },
      anAsked(`${scheme}://a.test/`, { headers: { ...HTML, ...(cookie && { cookie }) }, ...(ip && { ip }) }),
      ports(now, secret),
    );

  /** The cookie of a browser that has solved the task it was given. */
  async function solved(given: Given = {}): Promise<string> {
    const finding = await ask(undefined, given);
    if (finding.kind !== "refused" || !finding.reply) throw new Error("it should get the page");
    const page = /<script[^>]*>.*\)\((\{.*\})\)<\/script>/s.exec(String(finding.reply.body))?.[1];
    return solve(JSON.parse(page ?? "")).cookie.split(";")[0] ?? "";
  }

  it("with its solution gets in", async () => {
    expect(await ask(await solved())).toEqual({ kind: "pass" });
    expect(await ask(`a=b; ${await solved()}; c=d`)).toEqual({ kind: "pass" });
    const cookie = await solved({ scheme: "https" });
    expect(cookie).toMatch(/^__Host-/);
    expect(await ask(cookie, { scheme: "https" })).toEqual({ kind: "pass" });
  });

  it("keeps it for the time of the site", async () => {
    const cookie = await solved();
    expect((await ask(cookie, { now: NOW + 3_599_000 })).kind).toBe("pass");
    expect((await ask(cookie, { now: NOW + 3_600_000 })).kind).toBe("refused");
  });

  it("may move within its IPv6 network", async () => {
    const cookie = await solved({ ip: "2001:db8:1:2::3" });
    expect((await ask(cookie, { ip: "2001:db8:1:2:ffff::4" })).kind).toBe("pass");
    expect((await ask(cookie, { ip: "2001:db8:1:3::3" })).kind).toBe("refused");
  });

  it.each<[string, Given]>([
    ["from another address", { ip: "198.51.100.7" }],
    ["at another site", { realm: "b.test" }],
    ["at an edge with another secret", { secret: `${SECRET}!` }],
  ])("is asked again %s", async (_what, given) => {
    expect((await ask(await solved(), given)).kind).toBe("refused");
  });

  it("is asked again if it changes anything", async () => {
    const cookie = await solved();
    for (let at = "hg-challenge=1".length; at < cookie.lastIndexOf("."); at++) {
      const other = cookie[at] === "0" ? "1" : "0";
      const changed = cookie.slice(0, at) + other + cookie.slice(at + 1);
      expect([at, (await ask(changed)).kind]).toEqual([at, "refused"]);
    }
    const [task = ""] = cookie.split(".");
    const wrong = Array.from({ length: 50 }, (_none, number) => `${task}.${number}`).filter(
      (text) =>
        zeroBits(
          createHash("sha256")
            .update(text.split("=")[1] ?? "")
            .digest("hex"),
        ) < 8,
    );
    expect(wrong.length).toBeGreaterThan(30);
    for (const text of wrong) expect((await ask(text)).kind).toBe("refused");
  });

  it("gets nowhere where the edge has no secret", async () => {
    const finding = await ask(undefined, { secret: "" });
    expect(finding).toEqual({ kind: "refused", refusal: { reason: "challenge-unavailable" } });
  });
});

describe("a browser that a widget judges", () => {
  const WIDGET = {
    kind: "turnstile",
    siteKey: "0x4A",
    secret: "${secret:TURNSTILE}",
    ttl: 3_600_000,
  } as const;
  const [challenge] = compileChallenge("a.test", { ...WIDGET, verify: "https://verify.test/" }, undefined);
  if (!challenge) throw new Error("there is a challenge");

  interface Given {
    readonly cookie?: string;
    readonly says?: Result<Told, string> | object;
    readonly at?: Challenge;
    readonly headers?: Record<string, string>;
  }

  async function asking({ cookie, says = { success: true }, at = challenge, headers = HTML }: Given) {
    const questions: Question[] = [];
    const warnings: unknown[] = [];
    const told = "ok" in says ? (says as Result<Told, string>) : ok(told200(says));
    const finding = await askChallenge(
      at as Challenge,
      anAsked("https://a.test/", { headers: { ...headers, ...(cookie && { cookie }) } }),
      {
        now: () => NOW,
        digest,
        sealing: sealing(SECRET, { warn: () => {} }),
        newId: () => "nonce",
        secrets: (site, name) => (site === "a.test" && name === "TURNSTILE" ? "the secret" : undefined),
        proving: {
          ask: async (question: Question) => {
            questions.push(question);
            return told;
          },
        } as unknown as Proving,
        log: {
          warn: (message: string, evidence: unknown) => warnings.push(message, evidence),
        } as unknown as Log,
      },
    );
    return { finding, questions, warnings };
  }
  const told200 = (body: object): Told => ({
    status: 200,
    headers: new Headers(),
    body: JSON.stringify(body),
  });
  const TOKEN = "__Host-hg-token=XXXX.DUMMY-TOKEN_1";

  it("gets a page with the widget, which may load from nowhere else", async () => {
    const { finding, questions } = await asking({});
    if (finding.kind !== "refused" || !finding.reply) throw new Error("it should get the page");
    const [[, policy] = []] = finding.reply.fixed ?? [];
    expect(policy).toContain("script-src 'nonce-nonce' https://challenges.cloudflare.com;");
    expect(policy).toContain("frame-src https://challenges.cloudflare.com;");
    expect(String(finding.reply.body)).toContain('"siteKey":"0x4A","cookie":"__Host-hg-token"');
    expect(questions).toEqual([]);
  });

  it("gets in with a good token, and a cookie in its place", async () => {
    const { finding, questions } = await asking({ cookie: TOKEN });
    expect(questions).toEqual([
      {
        url: "https://verify.test/",
        headers: [["accept", "application/json"]],
        form: { secret: "the secret", response: "XXXX.DUMMY-TOKEN_1", remoteip: "192.0.2.1" },
        withinMs: 5_000,
        maxBytes: 16_384,
      },
    ]);
    if (finding.kind !== "pass") throw new Error("it should get in");
    const [[, passed = ""] = [], [, spent] = []] = finding.replyFields ?? [];
    expect(passed).toMatch(
      /^__Host-hg-challenge=\S+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(spent).toBe("__Host-hg-token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    const again = await asking({ cookie: passed.split(";")[0] ?? "" });
    expect([again.finding, again.questions]).toEqual([{ kind: "pass" }, []]);
  });

  it("is not let in by a proof of work, nor the other way round", async () => {
    const { finding } = await asking({ cookie: TOKEN });
    const [[, passed = ""] = []] = (finding.kind === "pass" && finding.replyFields) || [];
    const [work] = compileChallenge("a.test", RULES, undefined);
    expect((await asking({ cookie: passed.split(";")[0] ?? "", at: work as Challenge })).finding.kind).toBe(
      "refused",
    );
    const worked = await asking({ at: work as Challenge });
    if (worked.finding.kind !== "refused" || !worked.finding.reply) throw new Error("it should get the page");
    const page = /<script[^>]*>.*\)\((\{.*\})\)<\/script>/s.exec(String(worked.finding.reply.body))?.[1];
    const cookie = solve(JSON.parse(page ?? "")).cookie.split(";")[0] ?? "";
    expect((await asking({ cookie, at: work as Challenge })).finding.kind).toBe("pass");
    expect((await asking({ cookie })).finding.kind).toBe("refused");
  });

  it.each<[string, object]>([
    ["a token that is wrong", { success: false, "error-codes": ["invalid-input-response"] }],
    ["a token that was used before", { success: false, "error-codes": ["timeout-or-duplicate"] }],
    ["an answer that only looks good", { success: "true" }],
  ])("is asked again with %s, which is forgotten", async (_what, says) => {
    const { finding, warnings } = await asking({ cookie: TOKEN, says });
    if (finding.kind !== "refused") throw new Error("it should not get in");
    expect([finding.refusal.reason, finding.fields?.[0]?.[1].startsWith("__Host-hg-token=;")]).toEqual([
      "challenge-required",
      true,
    ]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["is down", err("it cannot be reached"), "it cannot be reached"],
    ["fails", ok({ ...told200({ success: true }), status: 503 }), "the status is 503"],
    ["answers with a page", ok({ ...told200({}), body: "<html>" }), "the status is 200"],
    ["answers with a list", ok({ ...told200({}), body: "null" }), "the status is 200"],
    [
      "does not know the secret",
      { success: false, "error-codes": ["invalid-input-secret"] },
      "invalid-input-secret",
    ],
  ])("stays out while who verifies %s, and the log says so", async (_what, says, because) => {
    const { finding, warnings } = await asking({ cookie: TOKEN, says });
    expect(finding).toEqual({ kind: "refused", refusal: { reason: "challenge-unavailable" } });
    expect(warnings).toEqual(["the tokens of a challenge cannot be verified", { site: "a.test", because }]);
  });

  it.each(["", "a b", "x".repeat(2_049), '"x"', "ä"])(
    "asks nobody about %j, which is no token",
    async (text) => {
      const { finding, questions } = await asking({ cookie: `__Host-hg-token=${text}` });
      expect([finding.kind, questions.length]).toEqual(["refused", 0]);
    },
  );
});

describe("the script of the widget", () => {
  it("comes back with the token, and says so when the widget cannot be loaded", () => {
    const said = { textContent: "" };
    const window: { widgetReady?: () => void; turnstile: object } = { turnstile: {} };
    let options: Record<string, (token?: string) => void> = {};
    window.turnstile = { render: (_where: string, given: typeof options) => (options = given) };
    const document = { cookie: "", getElementById: (id: string) => (id === "said" ? said : null) };
    let reloads = 0;
    const page = { ...PAGE, siteKey: "0x4A", cookie: "hg-token" };
    runInNewContext(`(${WIDGET_SCRIPT})(page)`, {
      page,
      window,
      document,
      location: { reload: () => reloads++ },
      sessionStorage: { getItem: () => null, setItem: () => {} },
    });
    window.widgetReady?.();
    options["error-callback"]?.();
    expect(said.textContent).toContain("could not be loaded");
    options.callback?.("a.token");
    expect([document.cookie, reloads]).toEqual(["hg-token=a.token; Path=/; Max-Age=60; SameSite=Lax", 1]);
  });
});
