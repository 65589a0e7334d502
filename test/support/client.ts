// A client that sends plain HTTP to the edge, for any Host, with the path exactly as given.
import { Client, type Dispatcher } from "undici";

export interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Uint8Array | NodeJS.ReadableStream;
}

export class Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Each `Set-Cookie` separately. */
  readonly cookies: readonly string[];
  readonly bytes: Uint8Array;

  constructor(status: number, headers: Headers, bytes: Uint8Array) {
    this.status = status;
    this.headers = headers;
    this.cookies = headers.getSetCookie();
    this.bytes = bytes;
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  // biome-ignore lint/suspicious/noExplicitAny: -- a test asserts on what it finds
  json(): any {
    return JSON.parse(this.text);
  }

  header(name: string): string | null {
    return this.headers.get(name);
  }
}

export class EdgeClient {
  readonly #client: Client;
  readonly host: string;

  constructor(edgeUrl: string, host: string) {
    this.#client = new Client(edgeUrl, { pipelining: 0, headersTimeout: 20_000, bodyTimeout: 20_000 });
    this.host = host;
  }

  /** Reads the whole answer. Rejects if the transfer breaks. */
  async ask(path: string, { method = "GET", headers = {}, body }: Asking = {}): Promise<Answer> {
    const response = await this.stream(path, { method, headers, ...(body !== undefined && { body }) });
    const bytes = new Uint8Array(await response.body.arrayBuffer());
    return new Answer(response.statusCode, toHeaders(response.headers), bytes);
  }

  get(path: string, headers: Record<string, string | string[]> = {}): Promise<Answer> {
    return this.ask(path, { headers });
  }

  /** Returns before the body has arrived. */
  stream(
    path: string,
    { method = "GET", headers = {}, body }: Asking = {},
  ): Promise<Dispatcher.ResponseData> {
    return this.#client.request({
      path,
      method: method as Dispatcher.HttpMethod,
      headers: { host: this.host, ...headers },
      ...(body !== undefined && { body: body as string }),
    });
  }

  close(): Promise<void> {
    return this.#client.destroy();
  }
}

function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  return headers;
}
