// The URL of a server, as an argument of a command: a scheme and an authority, and nothing else. Pure.

export function readBareUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  const isBare =
    url && /^https?:$/.test(url.protocol) && url.username === "" && url.pathname === "/" && url.search === "";
  return isBare ? url : undefined;
}

export const isLoopback = (hostname: string): boolean =>
  /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
