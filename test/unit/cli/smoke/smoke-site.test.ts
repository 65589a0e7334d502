import { describe, expect, it } from "vitest";
import { smokeSite, smokeTestOf } from "../../../../cli/smoke/smoke-site.ts";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";

const read = (text: string) => {
  const file = readSiteFile(text, "smoke.yaml");
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  return file.value.site;
};
const url = new URL("https://smoke.example.com");

describe("the site that a smoke test asks", () => {
  it("is valid, and tells again what it was made with", () => {
    const site = read(
      smokeSite({ url, marker: "one", origin: "https://www.example.com", path: "/a.css", websocket: "/ws" }),
    );
    expect(site.hosts).toEqual(["smoke.example.com"]);
    expect(site.pools.gone?.origins[0]?.url).toBe("https://gone.invalid");
    expect(smokeTestOf(site)).toEqual({
      marker: "one",
      originUrl: new URL("https://www.example.com/a.css"),
      hasWebSocket: true,
    });
  });

  it("does without an origin", () => {
    const site = read(smokeSite({ url, marker: "one", path: "/", websocket: "/ws" }));
    expect(smokeTestOf(site)).toEqual({ marker: "one", originUrl: undefined, hasWebSocket: false });
  });

  it.each(["http://[::1]:8787", "http://127.0.0.1:8787", "http://localhost"])(
    "can be on this machine: %s",
    (here) => {
      const site = read(smokeSite({ url: new URL(here), marker: "one", path: "/" }));
      expect(site.pools.gone?.origins[0]?.url).toBe("http://127.0.0.1:9");
    },
  );

  it("is no other site", () => {
    const site = read('{ "hosts": ["a.test"], "routes": [{ "id": "all", "respond": {} }] }');
    expect(smokeTestOf(site)).toBeUndefined();
  });
});
