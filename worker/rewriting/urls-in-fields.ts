// Where is the URL in a field that has more than a URL? Everything around it stays as it is.

/**
 * `5; url=/next`, as a Refresh field and `<meta http-equiv="refresh">` have it (HTML Standard, "Shared declarative refresh
 * steps"). Without a separator there is no URL.
 */
export function inRefresh(value: string, map: (url: string) => string): string {
  const [start = ""] =
    /^[\t\n\f\r ]*[\d.]*[\t\n\f\r ]*[;,]?[\t\n\f\r ]*(?:url[\t\n\f\r ]*=[\t\n\f\r ]*)?["']?/i.exec(value) ??
    [];
  if (!/[;,]/.test(start)) return value;
  const [url = ""] = /^[^"']*/.exec(value.slice(start.length)) ?? [];
  return start + map(url) + value.slice(start.length + url.length);
}

/** `</a.css>; rel=preload, </b>; rel=next; title="<c>"` (RFC 8288 §3). What stands in quotes is text. */
export const inLinks = (value: string, map: (url: string) => string): string =>
  value.replace(/"(?:[^"\\]|\\.)*"|<([^<>]*)>/g, (whole, url: string | undefined) =>
    url === undefined ? whole : `<${map(url)}>`,
  );
