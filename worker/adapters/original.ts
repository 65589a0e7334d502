// The platform's own Response behind a reply. Where a reply went through the edge with nothing but its header fields
// changed it is sent as it is: made anew, it would cost one more copy of all fields (docs/performance.md).
import type { Body, Reply } from "../message.ts";

export interface Original {
  readonly response: Response;
  readonly status: number;
  /** Of the response itself: who changes them changes the response. */
  readonly headers: Headers;
  readonly body: Body;
}

/**
 * Status and fields as another's, which may not be changed itself: a fetched or a kept one. `statusText` is its own, or
 * what stands in for one that a Response cannot hold; an empty one becomes the usual one of its status.
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

/** Undefined where the reply is another by now. */
export function responseBehind({ status, headers, body, original }: Reply): Response | undefined {
  const behind = original as Original | undefined; // opaque to all but the adapters
  const isTheSame = behind?.headers === headers && behind.body === body && behind.status === status;
  return isTheSame ? behind.response : undefined;
}
