// Behaviours from the test suites of other proxies and caches, each under the name of that suite's test file. The table in
// docs/conformance.md lists all of them.
import { afterAll, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "./client.ts";
import { type Edge, useEdge } from "./edge.ts";
import { type TestOrigin, useOrigin } from "./origin.ts";
import { type RawAnswer, rawGet, sendRaw } from "./raw-client.ts";
import { NOON, type Play, play } from "./rows.ts";
import { Conversation, useWireOrigin, type WireOrigin } from "./wire.ts";

type Route = SiteFile["routes"][number];
type Pool = SiteFile["pools"] extends infer P ? NonNullable<P>[keyof NonNullable<P>] : never;

/** The site of one scenario: one pool, one route, no security headers. */
export interface Wanted {
  readonly origins: readonly string[];
  readonly cache?: Route["cache"];
  readonly retry?: Pool["retry"];
  readonly more?: Partial<SiteFile>;
}

export interface Foreign {
  readonly edge: Edge;
  /** Uses the edge's clock. */
  readonly origin: TestOrigin;
  readonly wire: WireOrigin;
  /** `source` is the file in the other suite. Scenarios, too, begin at noon. */
  holds(source: string, behaviour: string, how: Play | (() => Promise<void>)): void;
  site(wanted: Wanted): Promise<EdgeClient & { readonly host: string }>;
  /** A site whose only origin is `wire`. */
  wired(cache?: Route["cache"], more?: Partial<SiteFile>): Promise<EdgeClient & { readonly host: string }>;
  /** A GET as raw bytes. The edge closes the connection after it. */
  rawly(host: string, target?: string, fields?: string): Promise<RawAnswer>;
  converse(): Conversation;
  /** The status that a POST with an empty chunked body gets if its `Transfer-Encoding` is `coding`. */
  statusOfCoding(host: string, coding: string): Promise<number>;
}

export function foreign(suite: string): Foreign {
  const edge = useEdge();
  const ofRows = useOrigin();
  const origin = useOrigin(undefined, edge);
  const wire = useWireOrigin();
  let sites = 0;
  // No exception was uncaught. The runtime prints one of its own for a CONNECT, which never reaches the Worker.
  afterAll(() => expect(edge.output.filter((line) => !line.includes("connect() "))).toEqual([]));

  const site: Foreign["site"] = async ({ origins, cache, retry, more }) => {
    const host = `${suite}-${++sites}.test`;
    const client = await edge.site({
      hosts: [host],
      pools: {
        web: {
          origins: origins.map((url, at) => ({ id: `o${at}`, url, tier: at })),
          retry: retry ?? { attempts: 1 },
        },
      },
      routes: [{ id: "all", to: "web", ...(cache !== undefined && { cache }) }],
      security: "off",
      ...more,
    } as Omit<SiteFile, "hosts">);
    return Object.assign(client, { host });
  };
  return {
    edge,
    origin,
    wire,
    holds: (source, behaviour, how) =>
      void it(`${source}: ${behaviour}`, async () => {
        if (typeof how !== "function") return play(how, edge, ofRows);
        await edge.stopClockAt(NOON);
        await how();
      }),
    site,
    wired: (cache, more) =>
      site({ origins: [wire.url], ...(cache !== undefined && { cache }), ...(more && { more }) }),
    rawly: (host, target = "/page", fields = "") => sendRaw(edge.url, rawGet(target, host, fields)),
    converse: () => new Conversation(edge.url),
    statusOfCoding: async (host, coding) => {
      const client = new Conversation(edge.url);
      await client.say(
        `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`,
      );
      const { status } = await client.hear();
      client.hangUp();
      return status;
    },
  };
}
