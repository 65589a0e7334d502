import { describe, expect, it } from "vitest";
import { endpointOf } from "../../shared/site/endpoint.ts";
import { originFetch } from "../../worker/adapters/origin-fetch.ts";
import type { RunsOn } from "../../worker/adapters/peer.ts";
import { type ReachEnv, reachOf } from "../../worker/adapters/reach.ts";

/** A binding that records what it is asked. */
class Bound {
  asked: [url: string, cf: unknown][] = [];
  async fetch(url: string, init?: RequestInit): Promise<Response> {
    this.asked.push([url, init?.cf]);
    return new Response("hello");
  }
}

interface Words {
  readonly url?: string;
  readonly host?: string;
  readonly tls?: { readonly certificate: string };
  readonly socket?: string;
}

/** An origin whose client certificate is bound, so that each fetch goes to a binding. */
function asking(words: Words, env: ReachEnv & Record<string, unknown>, runsOn: RunsOn = "cloudflare") {
  const origin = { url: "https://fra.example.com", ...words };
  const endpoint = endpointOf(origin, { host: "origin" }, "shop.example.com");
  if (!endpoint) throw new Error("its URL says it all");
  const warned: unknown[] = [];
  const origins = originFetch(runsOn, {
    reach: reachOf(env, runsOn),
    warn: (_message, evidence) => warned.push(evidence.error),
  });
  const ask = (url: string) =>
    origins.fetch({
      ...{ url, endpoint, method: "GET", headers: new Headers(), body: null },
      ...{ firstByteMs: 1_000, totalMs: undefined },
    });
  return { ask, warned, endpoint };
}

const PAST = { cacheTtl: -1, cacheLevel: "bypass" };
const edge = { certificate: "edge" };

describe("on Cloudflare, an origin that sees another host", () => {
  const kept = async (zones: string | undefined, origin: string, url: string) => {
    const bound = new Bound();
    const env = { ORIGIN_CERT_EDGE: bound, ...(zones !== undefined && { HEADGATE_ZONES: zones }) };
    const { ask } = asking({ url: origin, host: "keep", tls: edge }, env);
    expect((await ask(url)).ok).toBe(true);
    return bound.asked[0];
  };

  it("is connected to by resolveOverride within a zone that the Worker is told", async () => {
    const override = { ...PAST, resolveOverride: "fra.example.com" };
    for (const zones of ["example.com", "other.test, Example.com", "example.com example.org"])
      expect(await kept(zones, "https://fra.example.com", "https://shop.example.com/a?b=%2F")).toEqual([
        "https://shop.example.com/a?b=%2F",
        override,
      ]);
    // The port is the origin's, whatever the client's was.
    expect(await kept("example.com", "https://fra.example.com:8443", "https://shop.example.com/")).toEqual([
      "https://shop.example.com:8443/",
      override,
    ]);
    expect(await kept("example.com", "https://fra.example.com", "https://example.com:8443/")).toEqual([
      "https://example.com/",
      override,
    ]);
  });

  it.each([
    ["no zone is told", undefined, "https://fra.example.com"],
    ["none is told", "", "https://fra.example.com"],
    ["the origin is in none", "example.com", "https://fra.example.net"],
    ["the origin is in another", "example.com, example.net", "https://fra.example.net"],
    ["the origin only ends like one", "example.com", "https://fra-example.com"],
    ["the client's host is in none", "fra.example.com", "https://fra.example.com"],
  ])(
    "sees its own where %s: the platform would ignore it, and ask the public host",
    async (_what, zones, origin) => {
      expect(await kept(zones, origin, "https://shop.example.com/a?b")).toEqual([`${origin}/a?b`, PAST]);
    },
  );
});

describe("what cannot be had is a failed connection, and told once", () => {
  const failing = async (words: Words, env: Record<string, unknown>, runsOn?: RunsOn) => {
    const { ask, warned } = asking(words, env, runsOn);
    for (let turn = 0; turn < 2; turn++)
      expect(await ask("https://fra.example.com/")).toMatchObject({ ok: false, error: { kind: "connect" } });
    return warned;
  };

  it.each<[what: string, words: Words, env: Record<string, unknown>, told: string]>([
    ["a socket", { socket: "app" }, {}, "Cloudflare cannot connect to a Unix socket"],
    ["a certificate", { tls: edge }, {}, "no client certificate is bound as ORIGIN_CERT_EDGE"],
    [
      "a certificate whose name is a variable's",
      { tls: { certificate: "a.b-c" } },
      { ORIGIN_CERT_A_B_C: "text" },
      "no client certificate is bound as ORIGIN_CERT_A_B_C",
    ],
  ])("%s", async (_what, words, env, told) => {
    expect(await failing(words, env)).toEqual([told]);
  });

  it("a service that `serve` has not set up, whatever the environment inherits", async () => {
    expect(await failing({ host: "keep" }, {}, "standalone")).toEqual([
      "no service is set up for origin https://fra.example.com name=fra.example.com",
    ]);
  });
});

it("standalone, the service of the endpoint is asked for the URL that the origin sees", async () => {
  const { endpoint } = asking({ host: "keep" }, {}, "standalone");
  const bound = new Bound();
  const { ask } = asking({ host: "keep" }, { [endpoint.id]: bound }, "standalone");
  expect((await ask("https://shop.example.com/a?b")).ok).toBe(true);
  expect(bound.asked).toEqual([["https://shop.example.com/a?b", undefined]]);
});
