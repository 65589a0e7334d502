// On Cloudflare the platform compresses what the Worker sends plain. The edge must not do it as well.
import { describe, expect, it } from "vitest";
import { validateSite } from "../../../../shared/site/validate.ts";
import { compileSite } from "../../../../worker/compile-site.ts";
import { planTransforms } from "../../../../worker/delivery/plan-transforms.ts";
import { compileDressing } from "../../../../worker/delivery/security-headers.ts";
import { ownReply } from "../../../../worker/message.ts";
import type { Outcome } from "../../../../worker/outcome.ts";

const read = validateSite({
  hosts: ["a.test"],
  routes: [{ id: "all", respond: { status: 200, body: "x" } }],
  compress: { minSize: "0B" },
});
if (!read.ok) throw new Error(JSON.stringify(read.error));
const site = compileSite(read.value, "1");

function planned(compresses: boolean) {
  const reply = ownReply(200, new Headers({ "content-type": "text/html", etag: '"1"' }), "text");
  const [route] = site.routes;
  const asked = { method: "GET", headers: new Headers({ "accept-encoding": "gzip" }) };
  const outcome = { reply, asked, site, matched: { route: route?.(), captures: {} } } as unknown as Outcome;
  planTransforms(outcome, compileDressing("off", undefined), { requestId: "1", startedAt: 0, compresses });
  return reply;
}

describe("a site that compresses", () => {
  it("leaves the body and its fields alone where the platform compresses", () => {
    const { headers, transforms } = planned(false);
    expect([...headers]).toEqual([
      ["content-type", "text/html"],
      ["etag", '"1"'],
    ]);
    expect(transforms).toBeUndefined();
  });

  it("plans it where the platform does not", () => {
    expect(planned(true).transforms).toEqual([{ name: "compress", coding: "gzip" }]);
  });
});
