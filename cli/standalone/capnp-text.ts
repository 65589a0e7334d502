/** A Cap'n Proto text literal, which uses the escapes of C. */
export function capnpText(value: string): string {
  return JSON.stringify(value).replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => `\\x${hex.slice(2)}`);
}
