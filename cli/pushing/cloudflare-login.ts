// Which account, which namespace, and with which right? The token comes from the environment, or from wrangler, which keeps the
// login and renews it. Everything else stands in wrangler's configuration, or is asked of the API.
import { readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { parseEnv } from "node:util";
import { err, ok, type Result } from "../../shared/result.ts";
import type { SiteStore } from "../../worker/publishing/site-store.ts";
import { type ApiOptions, CloudflareApi } from "./cloudflare-api.ts";
import { CloudflareKv } from "./cloudflare-kv.ts";
import type { Namespace } from "./place.ts";
import { wrangler } from "./run-wrangler.ts";
import { WorkerBindings } from "./worker-bindings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const API = "https://api.cloudflare.com/client/v4";

export interface CloudflarePlace {
  readonly store: SiteStore;
  /** What the Worker that reads the store has by name. */
  readonly bindings: WorkerBindings;
}

export async function openCloudflare(
  place: Namespace,
  given: Environment,
  options: Pick<ApiOptions, "tell" | "signal">,
): Promise<Result<CloudflarePlace, string>> {
  const environment = environmentOf(place, given);
  const configured = await configurationOf(place);
  if (!configured.ok) return configured;
  const credentials = await credentialsOf(environment, place);
  if (!credentials.ok) return credentials;
  http.setGlobalProxyFromEnv?.(); // HTTPS_PROXY and the like, which wrangler follows too; early versions of Node 24 lack it
  const api = new CloudflareApi({
    baseUrl: (environment.CLOUDFLARE_API_BASE_URL ?? API).replace(/\/+$/, ""),
    credentials: credentials.value,
    ...options,
  });
  const { accountId, namespaceId, worker } = configured.value;
  const account = accountId ?? environment.CLOUDFLARE_ACCOUNT_ID;
  const accountFound = account === undefined ? await onlyAccount(api) : ok(account);
  if (!accountFound.ok) return accountFound;
  const bindings = new WorkerBindings(api, accountFound.value, worker);
  const namespace =
    namespaceId === undefined ? await namespaceOfWorker(bindings, place.binding) : ok(namespaceId);
  if (!namespace.ok) return namespace;
  return ok({ store: new CloudflareKv(api, accountFound.value, namespace.value), bindings });
}

/** The environment, and what the files that wrangler reads too add to it. A variable that is set to nothing counts as absent. */
function environmentOf({ configFile, env }: Namespace, given: Environment): Environment {
  const names = [".env", ".env.local", ...(env === undefined ? [] : [`.env.${env}`, `.env.${env}.local`])];
  const files = names.map((name) => {
    try {
      return parseEnv(readFileSync(path.join(path.dirname(configFile), name), "utf8"));
    } catch {
      return {}; // most projects have one of them at most
    }
  });
  const set = [...files, given].flatMap((variables: Environment) =>
    Object.entries(variables).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  return Object.fromEntries(set);
}

interface Configured {
  readonly accountId: string | undefined;
  readonly namespaceId: string | undefined;
  readonly worker: string | undefined;
}

async function configurationOf({ configFile, env, binding }: Namespace): Promise<Result<Configured, string>> {
  const { unstable_readConfig: readConfig } = await import("wrangler"); // takes a second to load
  try {
    const config = readConfig({ config: configFile, env }, { hideWarnings: true });
    const namespace = config.kv_namespaces.find((each: { binding: string }) => each.binding === binding);
    if (!namespace) return err(`${configFile} has no KV namespace with the binding ${binding}`);
    return ok({ accountId: config.account_id, namespaceId: namespace.id, worker: config.name });
  } catch (error) {
    return err((error as Error).message.trim());
  }
}

async function credentialsOf(
  environment: Environment,
  place: Namespace,
): Promise<Result<Record<string, string>, string>> {
  const token = environment.CLOUDFLARE_API_TOKEN;
  if (token !== undefined) return asHeader(token);
  const asked = await wrangler(["auth", "token", "--json"], place);
  if (!asked.ok) return err(/not logged in/i.test(asked.error) ? NO_LOGIN : asked.error);
  const login = JSON.parse(asked.value) as Login;
  if ("token" in login) return asHeader(login.token);
  return ok({ "x-auth-key": login.key, "x-auth-email": login.email });
}

type Login = { readonly token: string } | { readonly key: string; readonly email: string };

const NO_LOGIN = "there is no login: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN";

/** What a field cannot carry would be quoted in the error of the runtime. */
const asHeader = (token: string): Result<Record<string, string>, string> =>
  /^[\x21-\x7e]+$/.test(token)
    ? ok({ authorization: `Bearer ${token}` })
    : err("CLOUDFLARE_API_TOKEN is not a token: it has spaces or control characters");

async function onlyAccount(api: CloudflareApi): Promise<Result<string, string>> {
  const accounts = await api.call<{ id: string; name: string }[]>("GET", "/accounts?per_page=50");
  if (!accounts.ok) return err(accounts.error.message);
  const [first, ...others] = accounts.value.result;
  const choose = "set `account_id` in wrangler's configuration, or CLOUDFLARE_ACCOUNT_ID";
  if (!first) return err(`the login belongs to no account that it may name: ${choose}`);
  if (others.length === 0) return ok(first.id);
  const names = accounts.value.result.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
  return err(`the login belongs to several accounts: ${choose}\n${names}`);
}

/** Wrangler makes the namespace on the first deploy, and without its id in the configuration only the Worker knows it. */
async function namespaceOfWorker(worker: WorkerBindings, binding: string): Promise<Result<string, string>> {
  const deploy = "run `npx wrangler deploy`, which creates its store";
  const asked = await worker.all();
  if (!asked.ok)
    return err(asked.error.isNotDeployed ? `${asked.error.message}: ${deploy}` : asked.error.message);
  const found = asked.value.find(({ type, name }) => type === "kv_namespace" && name === binding);
  return found?.namespace_id === undefined
    ? err(`the deployed Worker ${worker.name} has no binding ${binding}: ${deploy}`)
    : ok(found.namespace_id);
}
