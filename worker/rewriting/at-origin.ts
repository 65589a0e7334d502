// The request's fields after its origin has been chosen.
import type { OriginAsk } from "../message.ts";

/** `url` is the origin's, with its base path. */
export function fieldsAt({ headers, otherUrls }: OriginAsk, url: string): Headers {
  if (otherUrls.length === 0) return headers;
  const fields = new Headers(headers);
  for (const { field, sent, pieces } of otherUrls) {
    if (fields.get(field) === sent) fields.set(field, pieces.join(url));
  }
  return fields;
}
