// What should somebody do who opens a host under `headgate dev` that no site serves? The answer itself tells a stranger nothing. Pure but
// for its memory: each host is spoken of once.
import type { WranglerLine } from "./wrangler-lines.ts";

/** Somebody may ask for made-up hosts all day. */
const MOST_REMEMBERED = 1_000;
const MOST_NAMED = 5;

export class UnknownHosts {
  readonly #told = new Set<string>();
  #known: readonly string[] = [];

  /** From now on these are the hosts of the sites. One that is unknown is news again. */
  hold(patterns: Iterable<string>): void {
    this.#known = [...patterns].sort();
    this.#told.clear();
  }

  /** Undefined if there is nothing to say. */
  adviceOn(line: WranglerLine, port: string): string | undefined {
    if (line.kind !== "record" || line.record.refusal !== "no-site") return undefined;
    const { host } = line.record;
    if (host === null || this.#told.has(host) || this.#told.size >= MOST_REMEMBERED) return undefined;
    this.#told.add(host);
    return `no site serves ${host}; ${this.#whatThereIs(port)}`;
  }

  #whatThereIs(port: string): string {
    const [first] = this.#known;
    if (first === undefined) return "there is no site yet: write a site file that names it under `hosts`";
    const more = this.#known.length - MOST_NAMED;
    const named = this.#known.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
    const opened = this.#known.find((host) => host === "localhost" || host.endsWith(".localhost"));
    return `the sites serve ${named}; ${opened && !opened.includes("*") ? `open http://${opened}:${port}/` : byHost(first, port)}`;
  }
}

/** Browsers find only localhost and what is below it on this machine. */
const byHost = (pattern: string, port: string): string =>
  `try curl -H 'Host: ${pattern.replace("*", "www")}' http://localhost:${port}/, or name ${pattern.replace("*.", "")}.localhost under \`hosts\``;
