// A login at an OpenID provider: a session in a cookie, or the browser is sent to the provider and comes back with a code. Flow.

import { mayShowPage } from "../../delivery/wants-page.ts";
import { type Asked, ownReply, type Reply } from "../../message.ts";
import { inOneLine } from "../../routing/cookies.ts";
import { cookieName, setCookie, valuesOf } from "../../routing/own-cookies.ts";
import type { Way } from "../authentication/auth.ts";
import {
  authorizationUrl,
  BEGUN_FOR_MS,
  type Begun,
  endSessionUrl,
  keptClaims,
  LONGEST_COOKIE,
  type Login,
  pageToComeBackTo,
  placeOnSite,
  readBegun,
  readSession,
  redirectUri,
  type Session,
  stateCookieOf,
} from "../authentication/login.ts";
import type { LoginFailure } from "../authentication/login-provider.ts";
import { NOTHING_SHOWN, type Proof, UNAVAILABLE } from "../authentication/proof.ts";
import { keysKnown, keysReadAgain } from "./known-key-set.ts";
import { providerKnown } from "./known-provider.ts";
import type { ProvingPorts } from "./proving-ports.ts";

type ByLogin = Extract<Way, { kind: "oidc" }>;

export async function provenByLogin({ login }: ByLogin, asked: Asked, ports: ProvingPorts): Promise<Proof> {
  const key = await ports.sealing.mac("login", login.realm);
  if (key === undefined) return UNAVAILABLE;
  if (asked.path === login.callback) return finished(login, asked, key, ports);
  if (asked.path === login.logout) return loggedOut(login, asked, ports);
  const session = await sessionOf(login, asked, key, ports);
  if (session) return { kind: "proven", claims: session.claims };
  // A program cannot log in, and a form would lose what it has sent.
  return mayShowPage(asked) ? begun(login, asked, key, ports) : NOTHING_SHOWN;
}

/** Who is logged in, without beginning or finishing a login. */
export async function provenBySession({ login }: ByLogin, asked: Asked, ports: ProvingPorts): Promise<Proof> {
  const key = await ports.sealing.mac("login", login.realm);
  const session = key === undefined ? undefined : await sessionOf(login, asked, key, ports);
  return session && login.mayEnter(session.claims)
    ? { kind: "proven", claims: session.claims }
    : NOTHING_SHOWN;
}

/** What the browser holds under this name, if this edge has sealed it for this login and it is still good. */
async function held<T>(
  name: string,
  read: (text: string, now: number) => T | undefined,
  { asked, key, ports }: { readonly asked: Asked; readonly key: string; readonly ports: ProvingPorts },
): Promise<T | undefined> {
  for (const sealed of cookiesOf(asked, name)) {
    const text = await ports.proving.login.open(key, sealed);
    const good = text === undefined ? undefined : read(text, ports.now());
    if (good !== undefined) return good;
  }
  return undefined;
}

const sessionOf = (
  login: Login,
  asked: Asked,
  key: string,
  ports: ProvingPorts,
): Promise<Session | undefined> => held(login.sessionCookie, readSession, { asked, key, ports });

async function begun(login: Login, asked: Asked, key: string, ports: ProvingPorts): Promise<Proof> {
  const provider = await providerKnown(login, ports);
  if (!provider) return UNAVAILABLE;
  const { newId, now } = ports;
  const beginning: Begun = {
    state: newId(),
    nonce: newId(),
    verifier: newId() + newId(),
    to: pageToComeBackTo(asked, login),
    until: now() + BEGUN_FOR_MS,
  };
  const challenge = await ports.proving.login.challengeOf(beginning.verifier);
  const stateCookie = stateCookieOf(login, beginning.state) ?? "";
  const given = { challenge, redirectUri: redirectUri(asked, login) };
  const location = authorizationUrl(provider.authorizationEndpoint, login, beginning, given);
  const sealed = await ports.proving.login.seal(key, JSON.stringify(beginning));
  return answered(asked, location, [cookie(stateCookie, BEGUN_FOR_MS, asked, sealed)]);
}

/** The browser is back. Each way in which this may not be the end of the login that it has begun is a refusal. */
async function finished(login: Login, asked: Asked, key: string, ports: ProvingPorts): Promise<Proof> {
  const stateCookie = stateCookieOf(login, new URLSearchParams(asked.query).get("state"));
  const over = stateCookie === undefined ? [] : [cookie(stateCookie, 0, asked, "")];
  const failed = (because: string): Proof => {
    ports.log.warn("a login has failed", { site: login.site, issuer: login.issuer, because });
    return { kind: "failed", setCookies: over };
  };
  const beginning = stateCookie && (await held(stateCookie, readBegun, { asked, key, ports }));
  if (!beginning) return failed("this browser has begun no login, or too long ago");
  const provider = await providerKnown(login, ports);
  if (!provider) return UNAVAILABLE;
  const secret = login.secret === undefined ? undefined : ports.secrets(login.site, login.secret, "key");
  if (login.secret !== undefined && secret === undefined) return UNAVAILABLE;
  const now = ports.now();
  const { clientId, usesUserinfo, withinMs, toleranceSeconds } = login;
  const { state, nonce, verifier } = beginning;
  const exchanged = await ports.proving.login.exchange({
    ...{ provider, clientId, secret, state, nonce, verifier, usesUserinfo, withinMs, toleranceSeconds, now },
    redirectUri: redirectUri(asked, login),
    query: asked.query,
  });
  if (!exchanged.ok)
    return exchanged.error.kind === "unavailable"
      ? away(login, exchanged.error, ports)
      : failed(exchanged.error.because);

  const terms = {
    issuer: provider.issuer,
    audience: [clientId],
    algorithms: provider.algorithms,
    type: undefined,
    toleranceSeconds,
  };
  const { idToken, userinfo } = exchanged.value;
  const keys = await keysKnown(provider.jwksUri, ports);
  if (!keys) return UNAVAILABLE;
  let verified = await ports.proving.verifyToken(idToken, keys, terms, now);
  if (!verified.ok && verified.error === "unknown-key") {
    const newer = await keysReadAgain(provider.jwksUri, keys, ports);
    if (newer) verified = await ports.proving.verifyToken(idToken, newer, terms, now);
  }
  if (!verified.ok) return failed("the signature or the claims of the ID token are not good");
  const claims = keptClaims({ ...userinfo, ...verified.value }, login);
  if (!login.mayEnter(claims)) return { kind: "forbidden", setCookies: over };
  const session: Session = { claims, until: now + login.ttlMs };
  const sealed = await ports.proving.login.seal(key, JSON.stringify(session));
  if (sealed.length > LONGEST_COOKIE)
    return failed(
      `the session has ${sealed.length} characters, more than a cookie may have; keep fewer claims in it`,
    );
  return answered(asked, placeOnSite(asked, beginning.to), [
    ...over,
    cookie(login.sessionCookie, login.ttlMs, asked, sealed),
  ]);
}

function away({ site, issuer }: Login, { because }: LoginFailure, { log }: ProvingPorts): Proof {
  log.warn("an OpenID provider cannot be asked", { site, issuer, because });
  return UNAVAILABLE;
}

/** Another site may not end it for its visitors: a link may, an image may not. */
async function loggedOut(login: Login, asked: Asked, ports: ProvingPorts): Promise<Proof> {
  if (
    asked.headers.get("sec-fetch-site") === "cross-site" &&
    asked.headers.get("sec-fetch-mode") !== "navigate"
  )
    return { kind: "failed", setCookies: [] };
  const over = [cookie(login.sessionCookie, 0, asked, "")];
  const provider = await providerKnown(login, ports);
  const endpoint = provider?.endSessionEndpoint;
  if (endpoint !== undefined) return answered(asked, endSessionUrl(endpoint, login, asked), over);
  const headers = new Headers({ "content-type": "text/plain; charset=utf-8" });
  return withCookies(ownReply(200, headers, "You are logged out.\n"), over);
}

/** 303: whatever was asked for by POST is asked for by GET (RFC 9110 §15.4.4). */
const answered = (asked: Asked, location: string, cookies: readonly string[]): Proof =>
  withCookies(
    ownReply(asked.method === "GET" || asked.method === "HEAD" ? 302 : 303, new Headers({ location }), null),
    cookies,
  );

function withCookies(reply: Reply, cookies: readonly string[]): Proof {
  for (const one of cookies) reply.headers.append("set-cookie", one);
  return { kind: "answered", reply: { ...reply, fixed: [["cache-control", "no-store"]] } };
}

const cookie = (name: string, ttlMs: number, { scheme }: Asked, value: string): string =>
  setCookie({ cookie: name, ttlMs, sameSite: "Lax" }, scheme, value);

function cookiesOf({ headers, scheme }: Asked, name: string): readonly string[] {
  const field = headers.get("cookie");
  return field === null ? [] : valuesOf(inOneLine(field), cookieName({ cookie: name }, scheme));
}
