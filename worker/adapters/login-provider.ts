// A login at an OpenID provider, by oauth4webapi; its cookies, by jose. Every answer of the provider is bounded in time and size.
import { compactDecrypt } from "jose/jwe/compact/decrypt";
import { CompactEncrypt } from "jose/jwe/compact/encrypt";
import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  clockSkew,
  clockTolerance,
  customFetch,
  discoveryRequest,
  getValidatedIdTokenClaims,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  processUserInfoResponse,
  userInfoRequest,
  validateAuthResponse,
} from "oauth4webapi";
import { fromBase64 } from "../../shared/base64.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { PUBLIC_ALGORITHMS } from "../../shared/site/auth/token-algorithms.ts";
import type { Claims } from "../admission/authentication/claims.ts";
import type {
  Exchange,
  LoginFailure,
  LoginProvider,
  ProviderMetadata,
} from "../admission/authentication/login-provider.ts";
import type { Proving } from "../admission/authentication/proving.ts";

/** Descriptions have a few KB, tokens too. */
const MAX_BYTES = 256 * 1_024;

export const loginProvider = (ask: Proving["ask"]): LoginProvider => ({
  discover: (issuer, withinMs) => discover(issuer, fetchingBy(ask, withinMs)),
  challengeOf: calculatePKCECodeChallenge,
  exchange: (given) => exchange(given, fetchingBy(ask, given.withinMs)),
  seal: (key, text) =>
    new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .encrypt(fromBase64(key)),
  open: async (key, sealed) => {
    try {
      const { plaintext } = await compactDecrypt(sealed, fromBase64(key), ONLY_OURS);
      return new TextDecoder().decode(plaintext);
    } catch {
      return undefined;
    }
  },
});

const ONLY_OURS = { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] };

class Unavailable extends Error {}

type Fetching = (url: string, init: { headers: Record<string, string>; body?: unknown }) => Promise<Response>;

/** The site file decides which issuers may be reached by plain http. */
const fetchingBy =
  (ask: Proving["ask"], withinMs: number): Fetching =>
  async (url, { headers, body }) => {
    const form = body instanceof URLSearchParams ? { form: Object.fromEntries(body) } : {};
    const told = await ask({ url, headers: Object.entries(headers), ...form, withinMs, maxBytes: MAX_BYTES });
    if (!told.ok) throw new Unavailable(told.error);
    const { status, headers: fields, body: text } = told.value;
    if (status >= 500) throw new Unavailable(`the status is ${status}`);
    return new Response(status === 204 || status === 304 ? null : text, { status, headers: fields });
  };

const options = (fetching: Fetching) => ({ [customFetch]: fetching as never, [allowInsecureRequests]: true });

async function discover(issuer: string, fetching: Fetching): Promise<Result<ProviderMetadata, string>> {
  try {
    const url = new URL(issuer);
    const answer = await discoveryRequest(url, { algorithm: "oidc", ...options(fetching) });
    return described(await processDiscoveryResponse(url, answer));
  } catch (error) {
    return err(wordsOf(error));
  }
}

function described(whole: AuthorizationServer): Result<ProviderMetadata, string> {
  const { authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint } = whole;
  const needed = { authorization_endpoint, token_endpoint, jwks_uri };
  for (const [name, url] of Object.entries(needed))
    if (!isUsable(url, whole.issuer)) return err(`its description has no usable \`${name}\``);
  const { userinfo_endpoint } = whole;
  if (userinfo_endpoint !== undefined && !isUsable(userinfo_endpoint, whole.issuer))
    return err("its description has no usable `userinfo_endpoint`");
  const signed = whole.id_token_signing_alg_values_supported as readonly string[] | undefined;
  const algorithms = PUBLIC_ALGORITHMS.filter((name) => signed?.includes(name) ?? name === "RS256");
  if (algorithms.length === 0) return err("it signs by no public key that is known here");
  return ok({
    issuer: whole.issuer,
    authorizationEndpoint: String(authorization_endpoint),
    jwksUri: String(jwks_uri),
    endSessionEndpoint: isUsable(end_session_endpoint, whole.issuer) ? end_session_endpoint : undefined,
    algorithms,
    whole,
  });
}

/**
 * Behind a proxy that ends TLS, providers often describe themselves by plain http. Then the secret and the code would go over the line as they are,
 * and the keys that tokens are verified by could come from anybody on the way.
 */
const isUsable = (url: unknown, issuer: string): url is string =>
  typeof url === "string" &&
  URL.canParse(url) &&
  (url.startsWith("https://") || (url.startsWith("http://") && issuer.startsWith("http://")));

async function exchange(
  given: Exchange,
  fetching: Fetching,
): Promise<Result<{ idToken: string; userinfo: Claims }, LoginFailure>> {
  const server = given.provider.whole as AuthorizationServer;
  const client: Client = {
    client_id: given.clientId,
    [clockTolerance]: given.toleranceSeconds,
    [clockSkew]: Math.round((given.now - Date.now()) / 1_000),
  };
  try {
    const parameters = validateAuthResponse(server, client, new URLSearchParams(given.query), given.state);
    const answer = await authorizationCodeGrantRequest(
      server,
      client,
      authenticationOf(server, given.secret),
      parameters,
      given.redirectUri,
      given.verifier,
      options(fetching),
    );
    const tokens = await processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: given.nonce,
      requireIdToken: true,
    });
    const subject = getValidatedIdTokenClaims(tokens)?.sub ?? "";
    const userinfo = given.usesUserinfo
      ? await processUserInfoResponse(
          server,
          client,
          subject,
          await userInfoRequest(server, client, tokens.access_token, options(fetching)),
        )
      : {};
    return ok({ idToken: tokens.id_token ?? "", userinfo });
  } catch (error) {
    return err({ kind: error instanceof Unavailable ? "unavailable" : "refused", because: wordsOf(error) });
  }
}

/** Basic unless the provider takes only the other one (OpenID Connect Core §9). */
function authenticationOf(server: AuthorizationServer, secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const methods = server.token_endpoint_auth_methods_supported;
  const isBasic = methods === undefined || methods.includes("client_secret_basic");
  return isBasic ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}

/** Errors of the library carry the answer as their cause, in which a token may be: only the sentence is told. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : "unknown").slice(0, 200);
