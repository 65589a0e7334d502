import { beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

describe("the paths of the edge itself", () => {
  const edge = useEdge();
  const origin = useOrigin();
  let client: EdgeClient;

  beforeAll(async () => {
    client = await edge.site({
      hosts: ["own.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web", allowInPath: ["encoded-slash"] }],
    });
  });

  it.each(["own.test", "nobody.test"])("tell on %s that the edge runs", async (host) => {
    const answer = await edge.client(host).get("/.headgate/health");
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ status: "ok" });
    expect(answer.header("cache-control")).toBe("no-store");
    expect(origin.seen).toEqual([]);
  });

  it("answer HEAD without a body", async () => {
    const answer = await client.ask("/.headgate/health", { method: "HEAD" });
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  it.each(["/.headgate/", "/.headgate/purge", "/.headgate/health/x"])(
    "answer nothing at %s",
    async (path) => {
      const answer = await client.get(path);
      expect(answer.status).toBe(404);
      expect(answer.json()).toMatchObject({ title: "reserved-path" });
      expect(origin.seen).toEqual([]);
      expect(await edge.record(path)).toMatchObject({ refusal: "reserved-path", site: "own.test" });
    },
  );

  it("answer no other method", async () => {
    const answer = await client.ask("/.headgate/health", { method: "POST", body: "x" });
    expect(answer.json()).toMatchObject({ title: "reserved-path" });
    expect(origin.seen).toEqual([]);
  });

  it.each(["/%2eheadgate/health", "//.headgate/health", "/a/../.headgate/health", "/.headgate//health"])(
    "reach no origin in the spelling %s",
    async (target) => {
      const answer = await sendRaw(edge.url, rawGet(target, "own.test"));
      expect(answer.status).toBe(404);
      expect(answer.body).toContain("reserved-path");
      expect(origin.seen).toEqual([]);
    },
  );

  it.each(["/.headgate", "/.headgates/x", "/a/.headgate/health"])("do not include %s", async (path) => {
    expect((await client.get(path)).text).toBe("hello");
    expect(origin.last.url).toBe(path);
  });
});
