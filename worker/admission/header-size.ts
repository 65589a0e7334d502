// Are the header fields too large? Origins answer 400 or close the connection at sizes that differ (nginx 32 KB
// in all, Node 16 KB, Apache 8 KB a line), and a client could use that to make one look sick.

/** As nginx's default buffers (4 × 8 KB). */
export const MAX_HEADER_BYTES = 32_768;

export function isTooLarge(headers: Headers): boolean {
  let bytes = 0;
  for (const [name, value] of headers) bytes += name.length + value.length + 4; // ": " and CRLF
  return bytes > MAX_HEADER_BYTES;
}
