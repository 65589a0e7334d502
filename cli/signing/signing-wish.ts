// What does `headgate sign` print, for these options and this environment? Pure but for the clock, which it is given.
import { err, ok, type Result } from "../../shared/result.ts";
import { objectionToSecret } from "../../shared/root-secret.ts";
import { SIGNED_NAME } from "../../shared/site/auth/signed-name.ts";
import { isPurgeRequest } from "../../worker/purging/purge-rules.ts";
import { type LinkOptions, signedLink } from "./sign-link.ts";
import { purgeKeyOf, signatureFields } from "./sign-request.ts";

export interface SignOptions extends Partial<Omit<LinkOptions, "name">> {
  readonly method?: string;
  readonly header: readonly Field[];
  readonly site?: string;
  readonly key?: true;
  /** The variable that has the secret of links. */
  readonly secret?: string;
  /** Of the parameter or the cookie. */
  readonly name?: string;
}

export type Field = readonly [name: string, value: string];

export interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
}

/** Its lines. The error is a sentence. */
export function signed(
  text: string | undefined,
  options: SignOptions,
  around: Around,
): Result<string[], string> {
  const { HEADGATE_SECRET: secret } = around.env;
  const objection = secret ? objectionToSecret(secret) : undefined;
  if (objection !== undefined) return err(objection);
  if (options.for !== undefined) return linkOf(text, { ...options, for: options.for }, around);
  const ofLinks = LINK_OPTIONS.find((name) => options[name] !== undefined);
  if (ofLinks !== undefined) return err(`--${ofLinks} is of a link; say how long it is good: --for 1h`);
  return options.key ? keyOf(text, options, secret) : fieldsOf(text, options, around);
}

/** For `--json` (docs/commands.md): the lines under the name of what they are. */
export function signedData(
  lines: readonly string[],
  options: SignOptions,
): Readonly<Record<string, string | readonly (readonly string[])[] | undefined>> {
  if (options.for !== undefined) return { [options.cookie ? "cookie" : "link"]: lines[0] };
  if (options.key) return { key: lines[0] };
  return { fields: lines.map((line) => line.split(/: (.*)/, 2)) };
}

const LINK_OPTIONS = ["prefix", "ip", "subject", "cookie", "secret", "name"] as const;

function linkOf(
  text: string | undefined,
  {
    method,
    header,
    key,
    site,
    secret: variable = "HEADGATE_SECRET",
    name = SIGNED_NAME,
    ...options
  }: SignOptions & { readonly for: string },
  { env, nowMs }: Around,
): Result<string[], string> {
  if (method !== undefined || header.length > 0 || key)
    return err("--for goes without --method, --header and --key");
  const url = urlOf(text);
  if (!url) return err("name the URL of the link: https://shop.example.com/file.pdf");
  const secret = env[variable];
  if (!secret) return err(`set ${variable} to the secret that signs`);
  const link = signedLink(
    url,
    { ...options, name },
    { secret, site: site?.toLowerCase() ?? url.hostname },
    nowMs,
  );
  return link.ok ? ok([link.value]) : link;
}

function urlOf(text: string | undefined): URL | undefined {
  const url = URL.parse(text ?? "");
  return url && /^https?:$/.test(url.protocol) && url.username === "" ? url : undefined;
}

function keyOf(
  text: string | undefined,
  { method, header, site }: SignOptions,
  secret: string | undefined,
): Result<string[], string> {
  if (text !== undefined || method !== undefined || header.length > 0) return err("--key takes --site only");
  if (site === undefined) return err("name the site: --site shop.example.com");
  return secret
    ? ok([purgeKeyOf(secret, site.toLowerCase())])
    : err("set HEADGATE_SECRET to the secret of the edge");
}

function fieldsOf(
  text: string | undefined,
  { method: written = "", header: fields, site }: SignOptions,
  { env, nowMs }: Around,
): Result<string[], string> {
  const url = urlOf(text);
  if (!url) return err("name the URL of the request: https://shop.example.com/page");
  const method = written.toUpperCase();
  if (!isPurgeRequest(method)) return err("name the method: --method PURGE, or --method BAN");
  const { HEADGATE_SECRET: secret, HEADGATE_PURGE_KEY: purgeKey } = env;
  const key = secret ? purgeKeyOf(secret, site?.toLowerCase() ?? url.hostname) : purgeKey;
  if (!key)
    return err("set HEADGATE_SECRET to the secret of the edge, or HEADGATE_PURGE_KEY to the key of the site");
  return ok(signatureFields({ method, url, fields, createdSeconds: Math.floor(nowMs / 1_000) }, key));
}
