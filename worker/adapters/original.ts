// The platform's own Response behind a reply. If only the header fields of a reply changed, that Response is sent: building a
// new one would copy all fields once more (docs/performance.md).
import type { Body, Reply } from "../message.ts";

export interface Original {
  readonly response: Response;
  readonly status: number;
  /** The Response's own fields. Changing them changes the Response. */
  readonly headers: Headers;
  readonly body: Body;
}

/**
 * Copies status and fields of a fetched or stored Response, which may not be changed itself. `statusText` is its own, or a
 * replacement for one that a Response cannot hold. If it is empty, the standard phrase of the status is used.
 */
export function originalOf(like: Response, body: Body, statusText = like.statusText): Original {
  const { status } = like;
  const asItIs = statusText !== "" && statusText === like.statusText;
  const init = asItIs
    ? like
    : {
        status,
        headers: like.headers,
        encodeBody: "manual" as const,
        ...(statusText !== "" && { statusText }),
      };
  const response = new Response(body as BodyInit | null, init);
  return { response, status, headers: response.headers, body };
}

/** Undefined if the reply no longer matches that Response. */
export function responseBehind({ status, headers, body, original }: Reply): Response | undefined {
  const behind = original as Original | undefined; // opaque outside the adapters
  const isTheSame = behind?.headers === headers && behind.body === body && behind.status === status;
  return isTheSame ? behind.response : undefined;
}
