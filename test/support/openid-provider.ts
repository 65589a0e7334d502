// A real OpenID provider for a test: npm oidc-provider over plain http on loopback, and a browser that keeps cookies, follows redirects and
// fills in its forms.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
// @ts-expect-error -- it has no types of its own
import Provider from "oidc-provider";
import { afterAll, beforeAll } from "vitest";

export const CLIENT = { id: "shop", secret: "the secret of the shop" };

export interface Person {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly groups?: readonly string[];
  readonly name?: string;
}

export class OpenIdProvider {
  readonly #people: Readonly<Record<string, Person>>;
  readonly #redirectUris: readonly string[];
  /** By which it signs, under the name \`test\`. */
  key!: CryptoKey;
  #server: http.Server | undefined;
  #port = 0;
  /** The requests that reached it. */
  seen: { method: string; path: string; query: URLSearchParams }[] = [];
  /** In place of its own answers, if it returns true. */
  instead: (request: http.IncomingMessage, response: http.ServerResponse) => boolean = () => false;

  constructor(people: Readonly<Record<string, Person>>, redirectUris: readonly string[]) {
    this.#people = people;
    this.#redirectUris = redirectUris;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    const people = this.#people;
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    this.key = privateKey;
    const configuration = {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [...this.#redirectUris],
          post_logout_redirect_uris: this.#redirectUris.map((uri) => new URL("/", uri).href),
        },
      ],
      conformIdTokenClaims: false,
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
      scopes: ["openid", "email", "profile", "groups"],
      pkce: { required: () => true },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      findAccount: (_context: unknown, sub: string) => ({
        accountId: sub,
        claims: async () => ({ sub, ...people[sub] }),
      }),
      jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "test", alg: "RS256", use: "sig" }] },
      cookies: { keys: ["a key of the test"] },
      renderError: async (context: { body: unknown }, out: unknown) => {
        context.body = JSON.stringify(out);
      },
    };
    const answer: http.RequestListener = new Provider(this.issuer, configuration).callback();
    server.on("request", (request, response) => {
      const url = new URL(request.url ?? "/", this.issuer);
      this.seen.push({ method: request.method ?? "", path: url.pathname, query: url.searchParams });
      if (!this.instead(request, response)) void answer(request, response);
    });
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

export function useOpenIdProvider(
  people: Readonly<Record<string, Person>>,
  redirectUris: readonly string[],
): OpenIdProvider {
  const provider = new OpenIdProvider(people, redirectUris);
  beforeAll(() => provider.start());
  afterAll(() => provider.stop());
  return provider;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly cookies: readonly string[];
  readonly text: string;
}

/** For it every host is at the edge, and every address is where it is. */
export class Browser {
  readonly #edgeUrl: string;
  readonly jars = new Map<string, Map<string, string>>();
  /** Every URL that it has been to. */
  readonly been: string[] = [];

  constructor(edgeUrl: string) {
    this.#edgeUrl = edgeUrl;
  }

  jar(host: string): Map<string, string> {
    const jar = this.jars.get(host) ?? new Map<string, string>();
    this.jars.set(host, jar);
    return jar;
  }

  /** One request, as a browser asks for a page. */
  async ask(
    url: string,
    given: { method?: string; form?: string; headers?: Record<string, string> } = {},
  ): Promise<Page> {
    const { host, pathname, search } = new URL(url);
    const at = new URL(host.endsWith(".test") ? this.#edgeUrl : `http://${host}`);
    const jar = this.jar(host);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    this.been.push(url);
    const page = await new Promise<Page>((resolve, reject) => {
      const request = http.request(
        {
          host: at.hostname,
          port: at.port,
          path: pathname + search,
          method: given.method ?? "GET",
          agent: false,
          headers: {
            host,
            accept: "text/html",
            "sec-fetch-dest": "document",
            "sec-fetch-mode": "navigate",
            ...(cookie !== "" && { cookie }),
            ...(given.form !== undefined && {
              "content-type": "application/x-www-form-urlencoded",
              "content-length": Buffer.byteLength(given.form),
            }),
            ...given.headers,
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => (text += chunk));
          response.on("end", () =>
            resolve({
              url,
              status: response.statusCode ?? 0,
              headers: response.headers,
              cookies: response.headers["set-cookie"] ?? [],
              text,
            }),
          );
        },
      );
      request.on("error", reject);
      request.end(given.form);
    });
    for (const line of page.cookies) {
      const [pair = ""] = line.split(";");
      const [name = "", ...value] = pair.split("=");
      if (/max-age=0\b/i.test(line) || value.join("=") === "") jar.delete(name);
      else jar.set(name, value.join("="));
    }
    return page;
  }

  /** Follows redirects until a page comes, or `until` holds of the next URL. */
  async go(url: string, until: (url: string) => boolean = () => false): Promise<Page> {
    let page = await this.ask(url);
    for (let hop = 0; hop < 20; hop++) {
      const { location } = page.headers;
      if (location === undefined) return page;
      const next = new URL(location, page.url).href;
      if (until(next)) return page;
      page = await this.ask(next);
    }
    throw new Error("it was redirected for ever");
  }

  /** Logs in at the provider as this person, and agrees to everything, until `until` holds of the next URL. */
  async logIn(url: string, sub: string, until?: (url: string) => boolean): Promise<Page> {
    let page = await this.go(url, until);
    for (let form = 0; form < 4 && page.headers.location === undefined; form++) {
      const [, action] = /<form[^>]*action="([^"]+)"/.exec(page.text) ?? [];
      if (action === undefined) return page;
      const isLogin = page.text.includes('name="login"');
      const fields = isLogin ? `prompt=login&login=${sub}&password=x` : "prompt=consent";
      const sent = await this.ask(new URL(action, page.url).href, { method: "POST", form: fields });
      const { location } = sent.headers;
      if (location === undefined) return sent;
      const next = new URL(location, page.url).href;
      if (until?.(next)) return sent;
      page = await this.go(next, until);
    }
    return page;
  }
}
