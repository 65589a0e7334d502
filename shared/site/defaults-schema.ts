// What the pools of a site have in common, written once.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { routeTimeout } from "./timeout-schema.ts";

export const defaults = z
  .strictObject({
    timeout: routeTimeout.describe(
      doc(
        "How long an origin may take, for every pool of the file that does not say otherwise. A key that is left out is as in a pool " +
          "without `timeout`.",
      ),
    ),
  })
  .describe(
    doc(
      "What every pool inherits. A key that the pool itself writes comes before it, and that of a route before both.",
    ),
  )
  .meta(doc({ examples: [{ timeout: { firstByte: "10s", idle: "1m" } }] }));
