// Makes an origin's reason phrase acceptable to the runtime's Response, which throws at a tab. HTTP allows tabs and
// bytes beyond ASCII in it (RFC 9112 §4). Clients ignore the phrase, so nothing depends on it.

export function reasonPhrase(received: string): string {
  const spaced = received.replaceAll("\t", " ");
  return /[^ -~]/.test(spaced) ? "" : spaced;
}
