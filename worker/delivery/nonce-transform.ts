// The nonce of one response, as an adapter puts it into the page.

export interface NonceTransform {
  readonly name: "nonce";
  readonly nonce: string;
  /** Whether only elements get it that have a nonce, of whatever value. */
  readonly onlyMarked: boolean;
  /** What tells the parser the encoding. */
  readonly contentType: string;
}
