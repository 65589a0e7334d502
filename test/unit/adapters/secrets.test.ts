import { describe, expect, it } from "vitest";
import { secretSource } from "../../../shared/secrets/secret-source.ts";
import { secretsFrom } from "../../../worker/adapters/secrets.ts";

const VARIABLES = { HEADGATE_SECRET_KEY: "a-value\nof-two-lines" };

function asked() {
  const told: unknown[] = [];
  const secrets = secretsFrom(secretSource(VARIABLES), { warn: (...line) => void told.push(line) });
  return { secrets, told };
}

describe("the secrets of an isolate", () => {
  it("are told to who may use them", () => {
    const { secrets, told } = asked();
    expect(secrets("a.test", "KEY", "key")).toBe("a-value\nof-two-lines");
    expect(told).toEqual([]);
  });

  it("are told to the log if they cannot be used: once for each site, and never their value", () => {
    const { secrets, told } = asked();
    for (const site of ["a.test", "a.test", "b.test"]) {
      expect(secrets(site, "KEY", "field")).toBe(undefined);
      expect(secrets(site, "GONE", "key")).toBe(undefined);
    }
    expect(told).toHaveLength(4);
    expect(told).toContainEqual([
      "a site names a secret that it cannot use",
      { site: "a.test", secret: "GONE", because: "is not set" },
    ]);
    expect(JSON.stringify(told)).not.toContain("a-value");
  });
});
