// What the deployed Worker has by name: its store, its variables and its secrets. Cloudflare tells the values of variables, and of
// secrets the names.
import { err, ok, type Result } from "../../shared/result.ts";
import type { CloudflareApi } from "./cloudflare-api.ts";

export interface Binding {
  /** `secret_text`, `plain_text`, `kv_namespace` and others. */
  readonly type: string;
  readonly name: string;
  /** Of a variable. */
  readonly text?: string;
  readonly namespace_id?: string;
}

interface Failure {
  readonly message: string;
  readonly isNotDeployed: boolean;
}

export class WorkerBindings {
  readonly #api: CloudflareApi;
  readonly #account: string;
  readonly name: string | undefined;
  #asked: Promise<Result<readonly Binding[], Failure>> | undefined;

  constructor(api: CloudflareApi, account: string, name: string | undefined) {
    this.#api = api;
    this.#account = account;
    this.name = name;
  }

  all(): Promise<Result<readonly Binding[], Failure>> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  async #ask(): Promise<Result<readonly Binding[], Failure>> {
    if (this.name === undefined)
      return err({ message: "wrangler's configuration has no `name`", isNotDeployed: false });
    const [account, worker] = [this.#account, this.name].map(encodeURIComponent);
    const settings = await this.#api.call<{ bindings?: Binding[] }>(
      "GET",
      `/accounts/${account}/workers/scripts/${worker}/settings`,
    );
    if (settings.ok) return ok(settings.value.result.bindings ?? []);
    const { status, message } = settings.error;
    return status === 404
      ? err({ message: `the Worker ${this.name} is not deployed yet`, isNotDeployed: true })
      : err({ message, isNotDeployed: false });
  }
}
