// How long an origin may take, and how long a body may stand still.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { durationOrOff, durationWithin } from "./scalars.ts";

/** No origin answers faster, and no client waits longer. */
const WAIT = { least: "10ms", most: "1d" } as const;

const firstByte = durationWithin(WAIT);
const connect = z
  .never(
    "cannot be kept: the runtime does not tell a connection that is being made from an origin that is silent; `firstByte` " +
      "limits both together",
  )
  .optional()
  .describe(
    doc("Refused: no runtime tells when a connection has been made. `firstByte` includes that time."),
  );
const idle = durationOrOff(WAIT)
  .optional()
  .describe(
    doc(
      "How long no byte of a body may move, up or down; then it is cut off. 10ms to 1d, or off. By default such a limit, of about a minute, is " +
        "kept for a response that is being stored, and for an origin that takes no more of an upload. It does not apply to WebSockets. " +
        "Bodies then pass through script, at some cost.",
    ),
  );
const total = durationOrOff(WAIT)
  .optional()
  .describe(
    doc(
      "For the whole exchange, including the upload, all attempts and the body. 10ms to 1d, or off, which is the default.",
    ),
  );

const FIRST_BYTE = doc(
  "For each attempt: from when the request has been sent until the header of the response arrives, including the time to " +
    "connect. 10ms to 1d.",
);

export const timeout = z
  .strictObject({ connect, firstByte: firstByte.prefault("15s").describe(FIRST_BYTE), idle, total })
  .describe(doc("How long an origin may take."))
  .meta(doc({ examples: [{ firstByte: "5s", idle: "30s", total: "60s" }] }));

export const routeTimeout = z
  .strictObject({ connect, firstByte: firstByte.optional().describe(FIRST_BYTE), idle, total })
  .describe(doc("How long an origin may take for this route. A key that is left out is as in the pool."))
  .meta(doc({ examples: [{ firstByte: "1m", idle: "off" }] }));

export type TimeoutConfig = z.output<typeof timeout>;
export type RouteTimeoutConfig = z.output<typeof routeTimeout>;
