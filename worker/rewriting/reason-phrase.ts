// The reason phrase of an origin's status line, as the runtime's Response takes it. HTTP allows a tab and any byte beyond
// ASCII in one (RFC 9112 §4); the Response throws at a tab. A client is to ignore the phrase, so nothing hangs on it.

export function reasonPhrase(received: string): string {
  if (PLAIN.test(received)) return received;
  const spaced = received.replaceAll("\t", " ");
  return PLAIN.test(spaced) ? spaced : "";
}

const PLAIN = /^[ -~]*$/;
