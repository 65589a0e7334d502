// Which requests are for the admin API? Those of its own hosts, and those of a socket of its own. Everything behind this door is
// loaded when the first of them comes, so that an isolate without them pays nothing.
import { once } from "../../shared/remember.ts";
import type { Answering, WaitUntil } from "../answering.ts";
import type { Ports } from "../isolate.ts";
import { findSite } from "../routing/find-site.ts";
import { readRequest } from "../routing/read-request.ts";
import { type AdminEnv, adminSettings, adminUrls } from "./admin-settings.ts";

export class AdminDoor<Bindings extends object> {
  readonly #answering: Answering<Bindings>;
  /** Null if there is no host. */
  #urls: RegExp | null | undefined;
  readonly #app = once(() => import("./admin-app.ts").then(({ AdminApp }) => new AdminApp()));

  constructor(answering: Answering<Bindings>) {
    this.#answering = answering;
  }

  /** Whether the host is one of the admin API. */
  isFor(url: string, bindings: Bindings): boolean {
    if (this.#urls === undefined) this.#urls = adminUrls(envOf(bindings).HEADGATE_ADMIN_HOST) ?? null;
    return this.#urls?.test(url) ?? false;
  }

  /** For a request to an admin host. */
  async answerOnHost(request: Request, bindings: Bindings, context: WaitUntil): Promise<Response> {
    const ports = this.#answering.portsFor(request, bindings, context);
    const settings = adminSettings(envOf(bindings));
    const isOff = settings.ok && settings.value === undefined;
    return ports && !isOff && (await isNoSites(request, ports))
      ? this.answer(request, bindings, context)
      : this.#answering.answer(request, bindings, context);
  }

  /** For a request that came by a socket of the admin API. */
  async answer(request: Request, bindings: Bindings, context: WaitUntil): Promise<Response> {
    try {
      const ports = this.#answering.portsFor(request, bindings, context);
      const settings = adminSettings(envOf(bindings));
      if (!settings.ok) ports?.log.warn("the admin API is off", { error: settings.error });
      return ports && settings.ok && settings.value
        ? await (await this.#app()).answer(request, ports, settings.value)
        : new Response("The admin API is not set up.\n", { status: 404 });
    } catch (error) {
      return this.#answering.answerBug(error, request, bindings, context);
    }
  }
}

/** A site that has the admin host itself keeps it. So does one whose configuration cannot be read just now. */
async function isNoSites(request: Request, ports: Ports): Promise<boolean> {
  const read = readRequest(request, ports.peerOf(request));
  if (!read.ok) return false;
  const { host } = read.value;
  const found = await findSite(host, ports);
  if (!found.ok) return found.error.reason === "no-site";
  if (!found.value.hosts.includes(host)) return true;
  ports.log.warn("HEADGATE_ADMIN_HOST is also a host of a site, so the admin API is not there", { host });
  return false;
}

/** An app may be called without bindings, in a test. */
const envOf = (bindings: object | undefined): AdminEnv => bindings ?? {};
