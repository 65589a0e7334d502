// The secrets in what a keeper sends: the fields of its probes, and the URLs of webhooks and address lists. Its state on disk has the references only.

import type { SiteSecrets } from "../../shared/secrets/site-secrets.ts";
import { withSecrets } from "../../shared/secrets/with-secrets.ts";
import type { Origins } from "../ports.ts";

type Fetching = Pick<Origins, "fetch">;

/** A field whose secret is lacking is left out: isolates tell of no such probe (compile-site.ts), unless it has just gone. */
export const disclosingFields = (origins: Fetching, secrets: SiteSecrets): Fetching => ({
  fetch: (request) => {
    const headers = new Headers();
    request.headers.forEach((value, name) => {
      const filled = withSecrets(value, secrets, "field");
      if (filled !== undefined) headers.set(name, filled);
    });
    return origins.fetch({ ...request, headers });
  },
});

/** Undefined if it is lacking, or makes no URL that may be told anything. */
export function disclosedUrl(written: string, secrets: SiteSecrets): string | undefined {
  const url = URL.parse(withSecrets(written, secrets, "url") ?? "");
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  return isHttp && url.username === "" && url.password === "" ? url.href : undefined;
}
