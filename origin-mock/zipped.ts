// A body that is compressed for those who take gzip: always the same bytes.
import { gzipSync } from "node:zlib";

const TEXT = "All work and no play makes Jack a dull boy.\n".repeat(400);
const ZIPPED = gzipSync(TEXT);

export function zipped(acceptEncoding = ""): Response {
  const headers = { "content-type": "text/plain", vary: "accept-encoding" };
  return /\bgzip\b/.test(acceptEncoding)
    ? new Response(ZIPPED, { headers: { ...headers, "content-encoding": "gzip" } })
    : new Response(TEXT, { headers });
}
