// An origin that thinks it is at `/` and is shown under `/app`: how do its URLs read for clients?

/**
 * A URL reference that begins at the root of the host gets the base in front. Relative references and those to other hosts are right
 * already. So is one that is under the base: an origin that reads X-Forwarded-Prefix writes it itself.
 */
export function underBase(reference: string, base: string): string {
  if (base === "" || !isFromRoot(reference) || isUnder(reference, base)) return reference;
  return base + reference;
}

/** A browser takes `/\` for `//`, which would be another host, and removes tabs and line ends before it looks. */
const isFromRoot = (reference: string): boolean => /^\/(?![\t\r\n]*[/\\])/.test(reference);

function isUnder(reference: string, base: string): boolean {
  return reference.startsWith(base) && /^(?:[/?#]|$)/.test(reference.slice(base.length));
}

/** An absolute URL on the public host is treated as its path; any other one is not touched. */
export function urlUnderBase(
  url: string,
  base: string,
  { scheme, authority }: { readonly scheme: string; readonly authority: string },
): string {
  if (base === "") return url;
  const [, start = "", host = "", rest = ""] = /^((?:https?:)?\/\/)([^/?#\\]+)(.*)$/is.exec(url) ?? [];
  if (host === "") return underBase(url, base);
  if (host.toLowerCase() !== authority.toLowerCase()) return url;
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  // On the same host a path may begin with two slashes.
  const mounted = isUnder(path, base) ? path : base + path;
  return `${start === "//" ? start : `${scheme}://`}${host}${mounted}`;
}

/** The path of a cookie (RFC 6265 §5.2.4). */
export const cookiePathUnderBase = (path: string, base: string): string =>
  path === "/" ? base || "/" : underBase(path, base);
