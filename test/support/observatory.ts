// How the HTTP Observatory of MDN grades an answer (its documentation, "Tests and scoring", version 4 of its algorithm), for the headers
// that the edge decides. Its package itself is not installed with ours: it fetches lists from the network when it is. With
// HEADGATE_OBSERVATORY=FOLDER, the folder of the package, the same answers are graded by it as well.
import path from "node:path";
import { pathToFileURL } from "node:url";

export interface Graded {
  readonly score: number;
  readonly grade: string;
  /** What counts, by test. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Answers of one site: `page` over https, and the answer over plain http to the same URL. */
export interface Answers {
  readonly host: string;
  readonly page: { readonly status: number; readonly headers: Headers; readonly text: string };
  readonly overHttp: { readonly status: number; readonly headers: Headers };
}

const SIX_MONTHS_IN_SECONDS = 15_552_000;
/** From which score on extra points count. */
const LEAST_FOR_EXTRA = 90;

export function graded({ host, page, overHttp }: Answers): Graded {
  const { headers } = page;
  const csp = directivesOf(headers.get("content-security-policy"));
  const counts = {
    "content-security-policy": ofPolicy(csp),
    cookies: ofCookies(headers.getSetCookie()),
    redirection: redirects(overHttp, host) ? 0 : -20,
    "referrer-policy": ofReferrer(headers.get("referrer-policy")),
    "strict-transport-security": ofHsts(headers.get("strict-transport-security")),
    "x-content-type-options": headers.get("x-content-type-options") === "nosniff" ? 0 : -5,
    "x-frame-options": csp?.has("frame-ancestors") ? 5 : headers.has("x-frame-options") ? 0 : -20,
    "cross-origin-resource-policy": /^same-(?:origin|site)$/.test(
      headers.get("cross-origin-resource-policy") ?? "",
    )
      ? 10
      : 0,
  };
  const all = Object.values(counts);
  const sum = (some: readonly number[]) => some.reduce((a, b) => a + b, 0);
  const plain = 100 + sum(all.filter((count) => count < 0));
  const score = plain >= LEAST_FOR_EXTRA ? 100 + sum(all) : plain;
  const grade = score >= 100 ? "A+" : score >= 90 ? "A" : score >= 85 ? "A-" : "B or worse";
  return { score, grade, counts };
}

function directivesOf(policy: string | null): ReadonlyMap<string, readonly string[]> | undefined {
  if (policy === null) return undefined;
  return new Map(
    policy.split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().split(/\s+/);
      return [name, sources] as const;
    }),
  );
}

function ofPolicy(csp: ReturnType<typeof directivesOf>): number {
  if (!csp) return -25;
  const scripts = csp.get("script-src") ?? csp.get("default-src") ?? ["*"];
  const styles = csp.get("style-src") ?? csp.get("default-src") ?? ["*"];
  const isBroad = (sources: readonly string[]) =>
    sources.some((source) => /^(?:\*|https?:|data:)$/.test(source));
  const isInline = (sources: readonly string[]) =>
    sources.includes("'unsafe-inline'") && !sources.some((source) => /^'(?:nonce|sha\d+)-/.test(source));
  if (
    isBroad(scripts) ||
    isInline(scripts) ||
    isBroad(csp.get("object-src") ?? csp.get("default-src") ?? ["*"])
  )
    return -20;
  if (scripts.includes("'unsafe-eval'")) return -10;
  if (isInline(styles) || isBroad(styles)) return 0;
  return csp.get("default-src")?.join() === "'none'" ? 10 : 5;
}

function ofCookies(cookies: readonly string[]): number {
  if (cookies.length === 0) return 0;
  const all = (attribute: RegExp) => cookies.every((cookie) => attribute.test(cookie));
  if (!all(/;\s*secure/i)) return -20;
  const sessions = cookies.filter((cookie) => /login|sess/i.test(cookie.split("=")[0] ?? ""));
  if (!sessions.every((cookie) => /;\s*httponly/i.test(cookie))) return -30;
  return all(/;\s*samesite=(?:lax|strict)/i) ? 5 : 0;
}

const redirects = ({ status, headers }: Answers["overHttp"], host: string): boolean =>
  status >= 300 && status < 400 && (headers.get("location") ?? "").startsWith(`https://${host}/`);

function ofReferrer(policy: string | null): number {
  if (policy === null) return 0;
  return /^(?:no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin)$/.test(policy) ? 5 : -5;
}

function ofHsts(field: string | null): number {
  const seconds = Number(/max-age=(\d+)/.exec(field ?? "")?.[1] ?? -1);
  if (seconds < 0) return -20;
  return seconds >= SIX_MONTHS_IN_SECONDS ? 0 : -10;
}

/** By the package itself; undefined where it is not told where that is. */
export async function gradedByMdn({ host, page, overHttp }: Answers): Promise<Graded | undefined> {
  const { HEADGATE_OBSERVATORY: folder } = process.env;
  if (folder === undefined) return undefined;
  const load = (file: string) => import(pathToFileURL(path.join(folder, "src", file)).href);
  const { ALL_TESTS } = await load("constants.js");
  const { Requests } = await load("types.js");
  const { getGradeForScore, getScoreModifier } = await load("grader/grader.js");
  const { AxiosHeaders } = await import(pathToFileURL(path.join(folder, "../../axios/index.js")).href);
  const { CookieJar } = await import(
    pathToFileURL(path.join(folder, "../../tough-cookie/dist/cookie/index.js")).href
  );
  const url = new URL(`https://${host}/`);
  const toAxios = (headers: Headers) => new AxiosHeaders(Object.fromEntries(headers));
  const jar = new CookieJar();
  for (const cookie of page.headers.getSetCookie()) jar.setCookieSync(cookie, url.href);
  const requests = new Requests(host);
  const auto = {
    status: page.status,
    headers: toAxios(page.headers),
    data: page.text,
    verified: true,
    httpEquiv: new Map(),
    request: {},
  };
  const first = { status: overHttp.status, headers: toAxios(overHttp.headers), verified: true };
  requests.responses = {
    auto,
    https: auto,
    http: first,
    cors: auto,
    httpRedirects: [
      { url: new URL(`http://${host}/`), status: overHttp.status },
      { url, status: page.status },
    ],
    httpsRedirects: [],
  };
  requests.session = { url, jar, redirectHistory: [] };
  requests.resources.path = page.text;
  const results: { result: string; constructor: { name: string } }[] = ALL_TESTS.map(
    (test: (given: unknown) => unknown) => test(requests),
  );
  const counts = Object.fromEntries(
    results.map((one) => [`${one.constructor.name}: ${one.result}`, Number(getScoreModifier(one.result))]),
  );
  const all = Object.values(counts);
  const plain = 100 + all.filter((count) => count < 0).reduce((a, b) => a + b, 0);
  const score = plain >= LEAST_FOR_EXTRA ? 100 + all.reduce((a, b) => a + b, 0) : plain;
  return { score, grade: getGradeForScore(score).grade, counts };
}
