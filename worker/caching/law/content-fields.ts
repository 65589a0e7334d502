// What a response without its content may not say of it: a 304 would update the client's copy by it (RFC 9110 §15.4.5).

const CONTENT_FIELDS = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-range",
  "content-type",
];

export function removeContentFields(headers: Headers): void {
  for (const name of CONTENT_FIELDS) headers.delete(name);
}
