// The rules of a route stand in a fixed order, and `explain` says what each of them wants.
import { describe, expect, it } from "vitest";
import { NO_LISTS } from "../../../worker/admission/list-shelf.ts";
import { explainAdmission } from "../../../worker/explaining/admission-explained.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { anAsked, aSite } from "../../support/asked.ts";

describe("the rules of a route", () => {
  it("are asked in this order: maintenance, https, CORS, access, methods, head, body", () => {
    const site = aSite({
      pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
      maintenance: { bypass: { ip: "192.0.2.0/24", header: "x-a", cookie: "b", token: "${secret:A}" } },
      https: { status: 301 },
      cors: { origins: ["https://b.test", "https://*.c.test"], webSockets: "allowed" },
      access: { deny: { header: { "x-bad": true } } },
      methods: ["GET", "POST"],
      head: { maxUrl: "1KiB", maxSize: "8KiB", maxFields: 50 },
      body: { max: "1KiB", types: ["image/*", "text/plain"] },
      routes: [{ id: "rest", to: "web" }],
    });
    const admission = site.routes[0]?.().admission;
    if (!admission) throw new Error("the route has rules");
    const facts = { now: 0, snapshot: EMPTY_SNAPSHOT, lists: NO_LISTS };
    const told = explainAdmission(admission, anAsked("https://a.test/"), facts);
    expect(told.map(({ verdict }) => verdict)).toEqual(told.map(() => "pass"));
    expect(
      told.flatMap(({ name, wants }) => (name.startsWith("access") ? [name] : [`${name}: ${wants}`])),
    ).toEqual([
      "maintenance: off, or 192.0.2.0/24 or the token in x-a or the token in the cookie b",
      "https: https, else 301",
      "cors: https://b.test or https://*.c.test, also for WebSockets",
      expect.stringMatching(/^access/),
      "methods: GET, HEAD, POST",
      "head.maxUrl: at most 1024 bytes",
      "head.maxSize: at most 8192 bytes",
      "head.maxFields: at most 50 fields",
      "body.types: image/* or text/plain",
      "body.max: at most 1024 bytes",
    ]);
  });
});
