import { describe, expect, it } from "vitest";
import { secretFor, secretSource } from "../../../shared/secrets/secret-source.ts";

const SITE = "shop.example.com";
const VARIABLES = {
  HEADGATE_SECRET: "the-root-secret-of-the-whole-edge",
  HEADGATE_ADMIN_TOKEN: "opens-the-admin-api-of-this-edge",
  HEADGATE_SECRET_API_KEY: "k1",
  HEADGATE_SECRET_EMPTY: "",
  HEADGATE_SECRET_BUCKET: { get: () => {} },
};

const ask = (name: string, variables: object = VARIABLES, site = SITE) =>
  secretFor(secretSource({ ...variables }), { site, name, use: "field" });
const refused = (error: string) => ({ ok: false, error });

describe("a secret", () => {
  it("is the variable of its name with the prefix", () => {
    expect(ask("API_KEY")).toEqual({ ok: true, value: "k1" });
  });

  it.each([
    ["OTHER", "is not set"],
    ["EMPTY", "is empty"],
    ["BUCKET", "is not a text"],
    ["", "has a name that no secret can have"],
    ["api_key", "has a name that no secret can have"],
    ["A".repeat(65), "has a name that no secret can have"],
    ["__proto__", "has a name that no secret can have"],
    ["API_KEY\n", "has a name that no secret can have"],
  ])("%j %s", (name, because) => expect(ask(name)).toEqual(refused(because)));

  // Kubernetes: "restrict Secret access to specific containers"; a process's whole environment, as Caddy's `{env.*}` gives it, holds
  // what opens the edge itself.
  it("is no other variable of the edge", () => {
    for (const name of ["HEADGATE_ADMIN_TOKEN", "HEADGATE_SECRET", "ADMIN_TOKEN", "SECRET", "PATH"])
      expect(ask(name)).toEqual(refused("is not set"));
  });

  it("comes from the app that embeds the edge, if that gives any", () => {
    const source = secretSource(VARIABLES, { API_KEY: "of the app", HEADGATE_SECRET_API_KEY: "x" });
    const from = (name: string) => secretFor(source, { site: SITE, name, use: "key" });
    expect(from("API_KEY")).toEqual({ ok: true, value: "of the app" });
    expect(from("EMPTY")).toEqual(refused("is not set"));
    const bare = secretSource(VARIABLES, {});
    expect(secretFor(bare, { site: SITE, name: "API_KEY", use: "key" })).toEqual(refused("is not set"));
  });

  it("is no value of a prototype", () => {
    const source = secretSource(Object.create({ HEADGATE_SECRET_API_KEY: "x" }) as Record<string, unknown>);
    expect(secretFor(source, { site: SITE, name: "API_KEY", use: "key" })).toEqual(refused("is not set"));
  });
});

describe("HEADGATE_SECRETS_FOR", () => {
  const granting = (text: unknown, name = "API_KEY", site = SITE) =>
    ask(name, { ...VARIABLES, HEADGATE_SECRET_OTHER: "k2", HEADGATE_SECRETS_FOR: text }, site);
  const KEY = { ok: true, value: "k1" };
  const NOT_THIS_SITE = refused("may not be used by this site (HEADGATE_SECRETS_FOR)");

  it.each([
    "",
    "  \n",
    "API_KEY",
    "API_KEY@shop.example.com",
    " OTHER \n API_KEY@a.test  API_KEY@Shop.Example.com",
  ])("%j lets the site use the secret", (text) => expect(granting(text)).toEqual(KEY));

  it.each(["OTHER", "API_KEY@a.test", "API_KEY@*", "API_KEY@*.example.com", "API_KEY@shop.example.com.test"])(
    "%j does not",
    (text) => expect(granting(text)).toEqual(NOT_THIS_SITE),
  );

  it("names a site by its name, which may be a pattern", () => {
    expect(granting("API_KEY@*", "API_KEY", "*")).toEqual(KEY);
    expect(granting("API_KEY@*.a.test", "API_KEY", "*.a.test")).toEqual(KEY);
  });

  it("gives a secret to all if one entry does", () => {
    expect(granting("API_KEY API_KEY@a.test")).toEqual(KEY);
    expect(granting("API_KEY@a.test API_KEY")).toEqual(KEY);
  });

  // Fails closed: who meant to divide the secrets among the sites has not meant to give all of them to each.
  it.each(["api_key", "API_KEY@", "@a.test", "API_KEY@a@b", "API_KEY=a.test", "API_KEY,OTHER", {}, 1, null])(
    "%j lets nobody use any",
    (text) =>
      expect(granting(text)).toEqual(
        refused(
          "may be used by no site: HEADGATE_SECRETS_FOR has an entry that is neither NAME nor NAME@HOST",
        ),
      ),
  );
});
