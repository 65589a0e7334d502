import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { deadUrl, useOrigin } from "../support/origin.ts";

describe("one request, all the way", () => {
  const edge = useEdge();
  const origin = useOrigin();

  it("reaches the origin and comes back, and the origin knows for whom it was", async () => {
    const client = await edge.site({
      hosts: ["first.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web" }],
    });
    const answer = await client.get("/hello?x=1");
    expect(answer.status).toBe(200);
    expect(answer.text).toBe("hello");
    expect(origin.last.url).toBe("/hello?x=1");
    expect(origin.last.headers["x-forwarded-host"]).toBe("first.test");
    expect(await edge.record("/hello")).toMatchObject({ route: "rest", origin: "a", status: 200 });
  });

  it("asks another origin when the first one is dead", async () => {
    const client = await edge.site({
      pools: {
        web: {
          balance: "first",
          origins: [
            { id: "dead", url: await deadUrl() },
            { id: "a", url: origin.url },
          ],
        },
      },
      routes: [{ id: "rest", to: "web" }],
    });
    const answer = await client.get("/");
    expect(answer.status).toBe(200);
    expect(answer.header("proxy-status")).toBe(
      'headgate;received-status=200;details="2 attempts: connect, 200"',
    );
    expect(await edge.record("/")).toMatchObject({ attempts: ["dead connect", "a 200"], stoppedBy: null });
  });
});
