import { describe, expect, it } from "vitest";
import { missingSecret } from "../../../cli/missing-secret.ts";
import { siteSchema } from "../../../shared/site/schema.ts";
import { aSite, WEB } from "../site/fixtures.ts";

const sticky = siteSchema.parse(aSite({ pools: { web: WEB, app: { ...WEB, sticky: {} } } }));

describe("a secret that is not in the environment", () => {
  it("is missed by a site with sticky sessions, and by no other", () => {
    const [missed, ...others] = missingSecret(sticky, {});
    expect(others).toEqual([]);
    expect(missed?.path).toBe("pools.app.sticky");
    expect(missed?.message).toMatch(/^needs the secret HEADGATE_SECRET, which is not set here: /);
    expect(missingSecret(sticky, { HEADGATE_SECRET: "" })).toHaveLength(1);
    expect(missingSecret(sticky, { HEADGATE_SECRET: "x".repeat(32) })).toEqual([]);
    expect(missingSecret(siteSchema.parse(aSite({})), {})).toEqual([]);
  });
});
