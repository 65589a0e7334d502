// A pool: origins that serve the same content, how one is chosen, and what happens when it fails.
import * as z from "zod";
import { durationWithin, httpUrl, id, sizeWithin } from "./scalars.ts";

function holdsCredentials(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.username !== "" || url.password !== "");
}

const origin = z
  .strictObject({
    id: id.describe("Its name in logs and tests; unique in the pool."),
    url: httpUrl("is not an http(s) URL")
      .refine((url) => !/[?#]/.test(url), "may not have a query or a fragment")
      .refine((url) => !holdsCredentials(url), "may not hold a user name or password")
      .describe(
        "Scheme, host, port, and a path that is put before the request's. It also decides the Host field. " +
          "Danger: http is readable on the way; on Cloudflare a bare IP address is refused.",
      ),
    weight: z
      .number()
      .min(0)
      .max(1_000_000)
      .default(1)
      .describe("Its share among the origins of its tier; 0 takes it out."),
    tier: z
      .number()
      .int()
      .min(0)
      .max(15)
      .default(0)
      .describe("Failover order: a tier is used when all lower ones have none left."),
    state: z
      .enum(["active", "drain", "off"])
      .default("active")
      .describe(
        "active: in service. drain: no new clients. off: none. No client is bound to an origin, so drain gets none.",
      ),
  })
  .describe("One server, or whatever stands behind one URL.")
  .meta({ examples: [{ id: "fra", url: "https://fra.example.net", weight: 3 }] });

/** Failures of an attempt that another attempt may mend. */
export const RETRY_ON = ["connect", "timeout", "500", "502", "503", "504"] as const;

/** In YAML a status is a number, or a string if it is quoted. Both are accepted. */
const retryOn = z
  .union([
    z.enum(["connect", "timeout"]),
    z.literal([500, 502, 503, 504]),
    z.enum(["500", "502", "503", "504"]),
  ])
  .transform((cause) => String(cause) as (typeof RETRY_ON)[number]);

const retry = z
  .strictObject({
    attempts: z
      .number()
      .int()
      .min(1)
      .max(10)
      .default(3)
      .describe("In all, the first included; 1 for no retry."),
    on: z
      .array(retryOn)
      .prefault(["connect", "timeout", 502, 503, 504])
      .describe(
        "What an attempt can end in that another may mend. connect: no connection, or it was lost before the answer (the runtime cannot tell them apart). " +
          "A status named here counts against the origin too.",
      ),
    maxBody: sizeWithin({ most: "64MiB" }) // held in the memory of the isolate, which all requests share
      .prefault("64KiB")
      .describe("A longer request body is not kept, and its request not retried; 64MiB at most."),
  })
  .describe(
    "When another origin is asked: for methods that are safe to repeat (see also `retryNonIdempotent`).",
  )
  .meta({ examples: [{ attempts: 2, on: ["connect", "timeout", 503] }] });

/** No origin answers faster, and no client waits longer. */
const wait = durationWithin({ least: "10ms", most: "1d" });

const timeout = z
  .strictObject({
    firstByte: wait
      .prefault("15s")
      .describe(
        "For each attempt: from when the request is out until the origin's header arrives. 10ms to 1d.",
      ),
    total: wait
      .optional()
      .describe(
        "For the whole exchange, all attempts and the body included; 10ms to 1d, unbounded where left out.",
      ),
  })
  .describe("How long an origin may take.")
  .meta({ examples: [{ firstByte: "5s", total: "60s" }] });

export const pool = z
  .strictObject({
    balance: z
      .enum(["weighted", "first"])
      .default("weighted")
      .describe("How one is chosen. weighted: at random, by weight. first: in the order of the file."),
    origins: z
      .array(origin)
      .min(1, "has no origin; name at least one")
      .describe("Where the content is; at least one of them in service."),
    retry: retry.prefault({}),
    timeout: timeout.prefault({}),
  })
  .describe("Origins that serve the same content, how one is chosen, and what happens when it fails.")
  .meta({
    examples: [
      {
        origins: [
          { id: "fra", url: "https://fra.example.net", weight: 3 },
          { id: "iad", url: "https://iad.example.net" },
          { id: "standby", url: "https://standby.example.org", tier: 1 },
        ],
        retry: { attempts: 2 },
      },
    ],
  });

export type PoolConfig = z.output<typeof pool>;
export type OriginConfig = z.output<typeof origin>;
export type RetryCause = (typeof RETRY_ON)[number];
