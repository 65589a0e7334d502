// Puts the nonce of a response on the elements of its page, by the platform's parser of HTML.
import type { NonceTransform } from "../delivery/nonce-transform.ts";

type Bytes = ReadableStream<Uint8Array>;

/** Those that a policy for scripts and styles asks a nonce of (CSP3 §6.7.3.1; HTML Standard, "Obtaining a resource from a link element"). */
const NONCED = [
  "script",
  "style",
  'link[rel~="stylesheet" i]',
  'link[rel~="preload" i]',
  'link[rel~="modulepreload" i]',
];

export function putNonce(body: Bytes, { nonce, onlyMarked, contentType }: NonceTransform): Bytes {
  const rewriter = new HTMLRewriter();
  for (const selector of NONCED) {
    rewriter.on(onlyMarked ? `${selector}[nonce]` : selector, {
      element(element) {
        element.setAttribute("nonce", nonce);
      },
    });
  }
  const { body: changed } = rewriter.transform(
    new Response(body, { headers: { "content-type": contentType } }),
  );
  if (changed === null) throw new Error("the parser has made no body of a body");
  return changed;
}
