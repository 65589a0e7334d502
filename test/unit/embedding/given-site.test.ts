import { describe, expect, it } from "vitest";
import { checkedSite, type GivenSite, InvalidSiteError } from "../../../worker/embedding/given-site.ts";
import { problemsInFile } from "../site/fixtures.ts";

const site: GivenSite = {
  pools: { web: { origins: [{ id: "a", url: "https://a.example.net" }] } },
  routes: [{ id: "rest", to: "web" }],
};
const text = `pools: { web: { origins: [{ id: a, url: "https://a.example.net" }] } }
routes:
  - { id: rest, to: web }
`;

function faultOf(given: GivenSite | string, file = "site"): InvalidSiteError {
  try {
    checkedSite(given, file);
  } catch (error) {
    if (error instanceof InvalidSiteError) return error;
    throw error;
  }
  throw new Error("it is valid");
}

describe("a site that an app gives", () => {
  it.each([
    ["an object", site],
    ["a text", text],
    ["a text in JSON", JSON.stringify(site)],
  ])("serves every host if it is %s without hosts", (_what, given) => {
    expect(checkedSite(given, "site").site).toMatchObject({
      hosts: ["*"],
      routes: [{ id: "rest", to: "web" }],
    });
  });

  it("serves its own hosts if it has some", () => {
    expect(checkedSite({ ...site, hosts: ["shop.test"] }, "site").site.hosts).toEqual(["shop.test"]);
    expect(checkedSite(`hosts: [shop.test]\n${text}`, "site").site.hosts).toEqual(["shop.test"]);
  });

  it("is known by its own values: without what was filled in", () => {
    expect(JSON.parse(checkedSite(text, "site").json)).toEqual(site);
    expect(JSON.parse(checkedSite(site, "site").json)).toEqual(site);
  });

  it("does not follow later changes of the object", () => {
    const changing = structuredClone(site);
    const checked = checkedSite(changing, "site");
    changing.routes[0] = { id: "other", respond: {} };
    expect(checked.site.routes[0]?.id).toBe("rest");
  });

  it("may have values that are undefined", () => {
    const given = { ...site, security: undefined, hosts: undefined } as unknown as GivenSite;
    expect(checkedSite(given, "site").site).toMatchObject({ hosts: ["*"], security: expect.anything() });
  });
});

describe("a site that is not valid", () => {
  const wrong = text.replace("to: web", "to: wbe, cache: { ttl: soon }");

  it("as a text says where, what and how to mend it, in the words of check", () => {
    const { message } = faultOf(wrong, "shop");
    expect(message.split("\n")).toEqual([
      "shop is not valid:",
      ...problemsInFile(`hosts: ["*"]\n${wrong}`, "shop").map((line) => `  ${line.replace(":4:", ":3:")}`),
    ]);
    expect(message).toContain("shop:3:");
    expect(message).toContain("routes[0].cache.ttl");
  });

  it("as an object says the same without a line", () => {
    const given = { ...site, routes: [{ id: "rest", to: "wbe", cache: { ttl: "soon" } }] };
    const inText = faultOf(wrong).problems.map(({ path, message, hint }) => ({ path, message, hint }));
    const inObject = faultOf(given).problems.map(({ path, message, hint }) => ({ path, message, hint }));
    expect(inObject).toEqual(expect.arrayContaining(inText));
    expect(faultOf(given).message).toMatch(/^site is not valid:\n {2}routes\[0\]\.[\s\S]*; write /);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["a list", []],
    ["an empty text", ""],
    ["a text that is no YAML", "a: [b"],
    ["a function among its values", { ...site, log: () => {} }],
    ["a wrong host", { ...site, hosts: ["a b"] }],
    ["no host", { ...site, hosts: [] }],
    ["hosts that are empty in a text", `hosts:\n${text}`],
  ])("is %s", (_what, given) => {
    expect(faultOf(given as GivenSite).problems.length).toBeGreaterThan(0);
  });

  it("contains itself", () => {
    const circle: Record<string, unknown> = { ...site };
    circle.log = circle;
    expect(faultOf(circle as unknown as GivenSite).problems).toEqual([
      { path: "", message: "the site contains itself" },
    ]);
  });

  it("is nested too deeply", () => {
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(faultOf({ ...site, log: deep } as unknown as GivenSite).problems).toEqual([
      { path: "", message: expect.stringContaining("the site is nested too deeply to be read") },
    ]);
  });

  it("is a list, and the message says that it should be a set of keys", () => {
    expect(faultOf([] as unknown as GivenSite).problems).toMatchObject([{ path: "" }]);
  });

  it("is not what makes an object throw that throws when it is read", () => {
    const broken = { ...site };
    Object.defineProperty(broken, "log", {
      enumerable: true,
      get: () => {
        throw new Error("not ready");
      },
    });
    expect(() => checkedSite(broken, "site")).toThrow("not ready");
  });

  it("is an error with a name and its problems", () => {
    const fault = faultOf("routes: []");
    expect(fault).toBeInstanceOf(Error);
    expect(fault.name).toBe("InvalidSiteError");
    expect(fault.problems).toMatchObject([{ path: "routes", line: 1 }]);
  });
});
