// How the edge probes the origins of a pool by itself, whether or not there is traffic for them.

import { doc } from "#doc";
import * as z from "../zod.ts";
import {
  durationWithin,
  editableHeaderName,
  headerValue,
  holdsCredentials,
  oneOrMore,
  rejectedBy,
} from "./scalars.ts";
import { secretNamed } from "./secret-name.ts";

/** Origins that are probed, of all pools of a site: each round of probes is one piece of work of the site's keeper. */
export const MAX_PROBED_ORIGINS = 64;

/** In YAML a status is a number, or a string if it is quoted. */
const status = z
  .union([z.int().min(200).max(599), z.string().regex(/^[2-5](\d\d|xx)$/)], {
    error: "is not a final status; write 200 or 2xx",
  })
  .transform(String)
  .meta({ title: "status" });

const expected = z
  .strictObject({
    status: oneOrMore(status)
      .prefault([200])
      .describe(
        doc(
          "The statuses of a good origin: `200`, `2xx`, or a list. Any other fails the probe. A redirect is not followed: it is a status like any other.",
        ),
      ),
    body: z
      .string()
      .min(1, "is empty, so every body has it; write what the body must have, such as `*ok*`")
      .max(1_000)
      .optional()
      .describe(
        doc(
          "What the body must be, `*` for any text: `*ok*`. The first 64 KiB are compared, as UTF-8. By default any body is good.",
        ),
      ),
  })
  .describe(doc("What a good origin answers."))
  .meta(doc({ examples: [{ status: [200, 204], body: "*ok*" }] }));

function objectionToWebhook(text: string): string | undefined {
  if (secretNamed(text) !== undefined) return undefined;
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return "is not an http(s) URL";
  return holdsCredentials(text) ? "may not contain a user name or password" : undefined;
}

const times = z.int().min(1).max(10);

export const health = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[\x21-\x22\x24-\x7e]*$/, "is not a path; write `/healthz`, with its query if it has one")
      .max(1_000)
      .default("/")
      .describe(doc("What is asked for, below the base path of the origin's URL. A query may follow.")),
    method: z.enum(["GET", "HEAD", "OPTIONS"]).default("GET").describe(doc("The method of the probe.")),
    headers: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe(
        doc(
          "Header fields of the probe. `${secret:NAME}` is a secret of the edge (docs/secrets.md). Danger: anything else is stored as it is " +
            "written; a token for the probe should open nothing else.",
        ),
      ),
    every: durationWithin({ least: "1s", most: "1h" })
      .prefault("15s")
      .describe(
        doc(
          "From the beginning of one probe to the beginning of the next. It may be up to a fifth shorter, and is never longer. 1s to 1h.",
        ),
      ),
    everyWhenGood: durationWithin({ least: "1s", most: "1h" })
      .optional()
      .describe(
        doc(
          "The same for an origin that is good and whose last probe passed. By default `every`; a longer time saves probes.",
        ),
      ),
    everyInDoubt: durationWithin({ least: "250ms", most: "1h" })
      .optional()
      .describe(
        doc(
          "The same while the last probe contradicts what is believed of the origin: a good one has failed a probe, or one that is down has " +
            "passed one. By default `every`; a shorter time tells sooner. 250ms to 1h.",
        ),
      ),
    timeout: durationWithin({ least: "100ms", most: "30s" })
      .prefault("3s")
      .describe(doc("How long a probe may take, body included. A longer one has failed. 100ms to 30s.")),
    rise: times
      .default(2)
      .describe(doc("So many probes in a row must pass until an origin that is down is good.")),
    fall: times
      .default(3)
      .describe(doc("So many probes in a row must fail until an origin that is good is down.")),
    expect: expected.prefault({}),
    webhook: z
      .string()
      .superRefine(rejectedBy(objectionToWebhook))
      .optional()
      .describe(
        doc(
          "Where a change is told: a POST with JSON each time an origin of the pool goes down or is good again. It is tried three times. " +
            "It may be a secret, or have one in its path: `${secret:NAME}`. Danger: otherwise who can read the site file knows the URL.",
        ),
      ),
  })
  .describe(
    doc(
      "The edge asks each origin by itself, from one place, and avoids one that fails (docs/health.md). Without it, only live traffic tells.",
    ),
  )
  .meta(
    doc({
      examples: [{ path: "/healthz", every: "15s", timeout: "3s", expect: { status: [200], body: "*ok*" } }],
    }),
  );
