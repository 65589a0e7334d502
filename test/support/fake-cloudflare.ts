// The part of Cloudflare's REST API that a push uses, with its limits, on loopback. It can be told to fail in the ways of a real
// network: an answer, a closed connection before or after the act, keys that are not taken.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

export const TOKEN = "test-token_1234567890abcdef";
export const ACCOUNT = "0a".repeat(16);
export const NAMESPACE = "0b".repeat(16);

const KEYS_PER_GET = 100;
const KEYS_PER_PUT = 10_000;
const KEYS_PER_LIST = 1_000;
const BYTES_PER_PUT = 100_000_000;
const BYTES_PER_GET = 25 * 1_048_576;
const BYTES_PER_VALUE = 25 * 1_048_576;
const BYTES_PER_KEY = 512;

type Operation = "get" | "list" | "put" | "delete" | "settings" | "accounts";

export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | "closed before the act"
  | "closed after the act"
  /** Of these keys nothing is written, and the answer says so. */
  | { readonly refuses: (key: string) => boolean };

export class FakeCloudflare {
  readonly held = new Map<string, string>();
  /** In order of arrival; attempts that were made to fail too. */
  calls: { readonly operation: Operation; readonly keys: number }[] = [];
  bindings: object[] = [];
  accounts: object[] = [];
  /** The Workers whose settings were asked for. */
  settingsOf: string[] = [];
  /** Before each answer. */
  latencyMs = 0;
  readonly #faults: { readonly operation: Operation; readonly fault: Fault }[] = [];
  readonly server = http.createServer((request, response) => void this.#answer(request, response));

  /** The next call of this operation that has no fault yet. */
  fails(operation: Operation, ...faults: Fault[]): void {
    for (const fault of faults) this.#faults.push({ operation, fault });
  }

  count(operation: Operation): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/client/v4`;
  }

  /** What the command finds in its environment. */
  get environment(): Record<string, string> {
    return {
      CLOUDFLARE_API_BASE_URL: this.url,
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      NO_PROXY: "127.0.0.1",
    };
  }

  reset(): void {
    this.held.clear();
    this.calls = [];
    this.bindings = [{ type: "kv_namespace", name: "SITES", namespace_id: NAMESPACE }];
    this.accounts = [{ id: ACCOUNT, name: "Example" }];
    this.settingsOf = [];
    this.#faults.length = 0;
    this.latencyMs = 0;
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "", "http://api.test");
    const operation = operationOf(request.method ?? "", url.pathname);
    const send = (status: number, answer: object | string, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    };
    const refuse = (status: number, code: number, message: string) =>
      send(status, { success: false, errors: [{ code, message }], messages: [], result: null });
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    if (!operation)
      return refuse(404, 7003, "Could not route to this path, perhaps your object identifier is invalid?");
    const sent: unknown = body.length > 0 ? JSON.parse(body.toString()) : [];
    const keys = Array.isArray(sent) ? sent : (sent as { keys: string[] }).keys;
    this.calls.push({ operation, keys: keys.length });

    const at = this.#faults.findIndex((each) => each.operation === operation);
    const fault = at === -1 ? undefined : this.#faults.splice(at, 1)[0]?.fault;
    if (fault === "closed before the act") return void request.socket.destroy();
    if (typeof fault === "object" && "status" in fault) {
      const answer = { success: false, errors: [{ code: 10_000, message: "a fault" }], result: null };
      return send(fault.status, fault.body ?? answer, fault.headers);
    }
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return refuse(401, 10_000, "Authentication error");

    const succeed = (result: unknown, more: object = {}) => {
      if (fault === "closed after the act") return void request.socket.destroy();
      send(200, { success: true, errors: [], messages: [], result, ...more });
    };
    if (operation === "accounts") return succeed(this.accounts);
    if (operation === "settings") {
      this.settingsOf.push(url.pathname.split("/").at(-2) ?? "");
      return succeed({ bindings: this.bindings });
    }
    if (!url.pathname.includes(`/accounts/${ACCOUNT}/storage/kv/namespaces/${NAMESPACE}/`)) {
      return refuse(404, 10_013, "namespace not found");
    }
    if (operation === "get") {
      if (keys.length > KEYS_PER_GET) return refuse(400, 10_022, `at most ${KEYS_PER_GET} keys`);
      const values = Object.fromEntries((keys as string[]).map((key) => [key, this.held.get(key) ?? null]));
      const bytes = Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value ?? ""), 0);
      if (bytes > BYTES_PER_GET) return refuse(413, 10_023, "the values are too large");
      return succeed({ values });
    }
    if (operation === "list") {
      const prefix = url.searchParams.get("prefix") ?? "";
      const limit = Number(url.searchParams.get("limit") ?? KEYS_PER_LIST);
      if (limit > KEYS_PER_LIST) return refuse(400, 10_024, `at most ${KEYS_PER_LIST} keys`);
      const names = [...this.held.keys()].filter((key) => key.startsWith(prefix)).sort();
      const start = Number(url.searchParams.get("cursor") || 0);
      const page = names.slice(start, start + limit).map((name) => ({ name }));
      const cursor = start + limit < names.length ? String(start + limit) : "";
      return succeed(page, { result_info: { count: page.length, cursor } });
    }
    if (keys.length > KEYS_PER_PUT) return refuse(400, 10_025, `at most ${KEYS_PER_PUT} keys`);
    if (body.length > BYTES_PER_PUT) return refuse(413, 10_026, "the request is too large");
    const refuses = typeof fault === "object" && "refuses" in fault ? fault.refuses : () => false;
    const entries = keys as (string | { key: string; value: string })[];
    const isTooLarge = entries.some(
      (entry) =>
        typeof entry === "object" &&
        (Buffer.byteLength(entry.value) > BYTES_PER_VALUE || Buffer.byteLength(entry.key) > BYTES_PER_KEY),
    );
    if (isTooLarge) return refuse(413, 10_027, "a key or a value is too large");
    const refused = entries.map((entry) => (typeof entry === "string" ? entry : entry.key)).filter(refuses);
    for (const entry of entries) {
      if (typeof entry === "string") this.held.delete(entry);
      else if (!refused.includes(entry.key)) this.held.set(entry.key, entry.value);
    }
    succeed({ successful_key_count: entries.length - refused.length, unsuccessful_keys: refused });
  }
}

function operationOf(method: string, path: string): Operation | undefined {
  const found = [
    ["POST", "/bulk/get", "get"],
    ["POST", "/bulk/delete", "delete"],
    ["PUT", "/bulk", "put"],
    ["GET", "/keys", "list"],
    ["GET", "/settings", "settings"],
    ["GET", "/accounts", "accounts"],
  ] as const;
  return found.find(([verb, end]) => method === verb && path.endsWith(end))?.[2];
}

export function useFakeCloudflare(): FakeCloudflare {
  const fake = new FakeCloudflare();
  beforeAll(() => new Promise<void>((resolve) => fake.server.listen(0, "127.0.0.1", resolve)));
  beforeEach(() => fake.reset());
  afterAll(() => {
    fake.server.closeAllConnections();
    fake.server.close();
  });
  return fake;
}
