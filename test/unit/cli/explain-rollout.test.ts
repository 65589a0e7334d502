import { describe, expect, it } from "vitest";
import { standingOf } from "../../../worker/routing/rollout.ts";
import { BROKEN, SHOP } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

const CLIENTS = Array.from({ length: 100 }, (_, at) => `198.51.100.${at}`);
const early = CLIENTS.find((ip) => standingOf(ip, "salt") < 0.1) ?? "";
const late = CLIENTS.find((ip) => standingOf(ip, "salt") > 0.9) ?? "";
const URL = "https://shop.example.com/assets/x.js";

describe("headgate explain, for a rollout that is given by hand", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "next/shop.yaml": SHOP.replace("ttl: 1h", "ttl: 5m"),
    "next/broken.yaml": BROKEN,
  });
  const explain = (ip: string, share: string, ...more: string[]) =>
    folder.headgate(
      ...[
        "explain",
        URL,
        "--ip",
        ip,
        "--next",
        "next/shop.yaml",
        "--share",
        share,
        "--salt",
        "salt",
        ...more,
      ],
    );

  it("explains the version that the client gets, and says which", async () => {
    const [next, live] = [await explain(early, "50%"), await explain(late, "50%")];
    expect(next.out).toMatch(
      /^site .* next\/shop\.yaml · version \w{12} · next: the next one is for 50% of the clients$/m,
    );
    expect(next.out).toContain("fresh for 5m (route-ttl)");
    expect(live.out).toMatch(
      /^site .* sites\/shop\.yaml · version 52fa4418ad34 · live: the next one is for 50%/m,
    );
    expect(live.out).toContain("fresh for 1h (route-ttl)");
  });

  it("says it as data", async () => {
    const { file, site } = JSON.parse((await explain(early, "12.5%", "--json")).out);
    expect([file, site.version]).toEqual(["next/shop.yaml", site.rollout.next]);
    expect(site.rollout).toEqual({
      took: "next",
      live: "52fa4418ad34",
      next: expect.any(String),
      share: 0.125,
    });
    const alone = JSON.parse((await folder.headgate("explain", URL, "--json")).out);
    expect("rollout" in alone.site).toBe(false);
  });

  it.each(["0%", "100%", "5", "-5%", "150%", "five", ""])("refuses the share '%s'", async (share) => {
    const { code, out, err } = await explain(early, share);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("Write a share above 0% and below 100%, such as 5%.");
  });

  it("refuses half of a rollout, and a file that is not one valid site", async () => {
    const half = await folder.headgate("explain", URL, "--share", "5%");
    expect([half.code, half.err]).toEqual([
      2,
      expect.stringContaining("--next, --share and --salt are only of use together"),
    ]);
    const given = (next: string) =>
      folder.headgate("explain", URL, "--next", next, "--share", "5%", "--salt", "s");
    expect((await given("next/broken.yaml")).err).toContain("next/broken.yaml has problems");
    expect((await given("next/none.yaml")).code).toBe(2);
  });
});
