import { describe, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import { loginProvider } from "../../../worker/adapters/login-provider.ts";

/** A provider that describes itself like this. */
const described = (issuer: string, endpoints: object) =>
  loginProvider(async () =>
    ok({
      status: 200,
      headers: new Headers({ "content-type": "application/json" }),
      body: JSON.stringify({
        issuer,
        ...{
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
        },
        ...endpoints,
      }),
    }),
  ).discover(issuer, 1_000);

describe("what a provider says of itself", () => {
  // Behind a proxy that ends TLS, some describe themselves by plain http: the secret, the code and the keys would go over the line as they are.
  it.each(["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])(
    "is not taken if it names %s by plain http below an https issuer",
    async (name) => {
      const found = await described("https://id.test", { [name]: "http://id.test/x" });
      expect(found).toEqual({ ok: false, error: `its description has no usable \`${name}\`` });
    },
  );

  it("may be by https, or all by http in a private network", async () => {
    expect((await described("https://id.test", {})).ok).toBe(true);
    expect((await described("http://127.0.0.1:8080", {})).ok).toBe(true);
    expect((await described("http://127.0.0.1:8080", { token_endpoint: "https://id.test/token" })).ok).toBe(
      true,
    );
  });

  it("leads nobody by plain http to the end of a session", async () => {
    const found = await described("https://id.test", { end_session_endpoint: "http://id.test/end" });
    expect(found.ok && found.value.endSessionEndpoint).toBeUndefined();
  });
});
