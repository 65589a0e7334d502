// Which host does a URL in an order to purge name? It is read as the edge reads a request for it. Pure.
import { err, ok, type Result } from "../../shared/result.ts";
import { explainRefusal } from "../refusal.ts";
import { readUrl } from "../routing/read-url.ts";

/** In lower case, without a port. The error is a sentence about the URL. */
export function hostOfUrl(text: string, isPrefix: boolean): Result<string, string> {
  const url = withPlainScheme(text);
  const objection = objectionToUrl(url, isPrefix);
  if (objection !== undefined) return err(objection);
  const read = readUrl(url);
  return read.ok ? ok(read.value.host) : err(`is no URL of a request: ${explainRefusal(read.error.refusal)}`);
}

export const withPlainScheme = (url: string): string =>
  url.replace(/^https?:/i, (scheme) => scheme.toLowerCase());

function objectionToUrl(url: string, isPrefix: boolean): string | undefined {
  if (/[^\x21-\x7e]/.test(url)) return "has a character that no URL has; percent-encode it";
  if (!/^https?:\/\/[^/?#]+/i.test(url)) return "must begin with http:// or https:// and a host";
  if (url.includes("#")) return "has a fragment, which no request has";
  if (!isPrefix) return undefined;
  if (url.includes("?")) return "has a query; a prefix is a path";
  return /^https?:\/\/[^/]+\//i.test(url) ? undefined : "has no path; end it with a slash, or purge the host";
}
