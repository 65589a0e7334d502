// How much does a client like each thing that it names? For Accept, Accept-Encoding and their like (RFC 9110 §12.4.2).

/** `=0.5`, with white space around the parts. */
const WEIGHT = /^\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/i;

/** 1 where nothing is said, and 0 for what cannot be read: when in doubt, the client does not want it. */
export function weightAmong(parameters: readonly string[]): number {
  const written = parameters.find((parameter) => /^\s*q\s*=/i.test(parameter));
  return written === undefined ? 1 : Number(WEIGHT.exec(written)?.[1] ?? 0);
}
