// The tests that live in a site file: a request, and what the edge is expected to decide about it.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { address, asn, country, duration, headerName, headerValue, httpUrl, id, method } from "./scalars.ts";

const request = z
  .strictObject({
    url: httpUrl("is not an absolute http(s) URL").describe(
      doc("Scheme, host, path and query. The host determines the site."),
    ),
    method: method.prefault("GET").describe(doc("The method.")),
    headers: z.record(headerName, headerValue).default({}).describe(doc("Header fields.")),
    country: country
      .optional()
      .describe(doc("The client's country, as Cloudflare reports it; unknown by default.")),
    lists: z
      .array(id)
      .optional()
      .describe(
        doc("The `lists` behind a URL that have the client's address; none by default. A test reads none."),
      ),
    asn: asn
      .optional()
      .describe(doc("The number of the client's network, as Cloudflare reports it; unknown by default.")),
    ip: address.optional().describe(doc("The client's address; 192.0.2.1 by default.")),
    usedUp: z
      .array(id)
      .default([])
      .describe(
        doc("The names of limits of which the client has nothing left. By default it has asked nothing yet."),
      ),
    claims: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        doc(
          "Who the client has proven to be (`auth`): the claims of its token, or `sub` for a user, a key or a link. By default it has " +
            "proven nothing, whatever its header fields hold: a test verifies no credential.",
        ),
      ),
  })
  .describe(doc("The request to decide about."))
  .meta(doc({ examples: [{ url: "https://shop.example.com/api/users", method: "POST", country: "DE" }] }));

const stored = z
  .strictObject({
    status: z.number().int().min(200).max(599).default(200).describe(doc("Its status.")),
    age: duration.default(0).describe(doc("How long ago it was received.")),
    headers: z.record(headerName, headerValue).default({}).describe(doc("Its header fields.")),
  })
  .describe(doc("A response that the cache is assumed to hold for the request."))
  .meta(doc({ examples: [{ age: "90s", headers: { "cache-control": "max-age=60", etag: '"1"' } }] }));

/** Does it expect anything at all? `headers: {}` compares nothing. */
const comparesSomething = (expected: object): boolean =>
  Object.values(expected).some((part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? comparesSomething(part)
      : part !== undefined,
  );

/** Fields of the connection: the runtime writes them, and no decision determines them. */
export const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

const expectedHeaders = z.record(
  headerName.refine(
    (name) => !OF_THE_CONNECTION.has(name),
    "is written for each connection, so no test can check it; remove it",
  ),
  z.union([headerValue, z.boolean()]),
);

const expect = z
  .strictObject({
    route: z.string().optional().describe(doc("The id of the route that takes the request.")),
    status: z.number().int().optional().describe(doc("The status of an answer that the edge makes itself.")),
    reason: z.string().optional().describe(doc("The reason of a refusal: `no-route`, `path-refused`, …")),
    limits: z
      .array(id)
      .optional()
      .describe(
        doc("The names of the limits that are asked, in this order, up to one that refuses; [] for none."),
      ),
    location: z.string().optional().describe(doc("The target of a redirect.")),
    headers: expectedHeaders
      .optional()
      .describe(doc("Header fields that the edge sets on the answer; true or false for present or absent.")),
    origins: z
      .array(z.string())
      .optional()
      .describe(doc("The origins that may be chosen first, in any order.")),
    request: z
      .strictObject({
        method: method.optional().describe(doc("The method.")),
        url: z
          .union([z.string(), z.record(id, z.string())])
          .optional()
          .describe(
            doc(
              "Path and query as the origin sees them, including the base path of its URL. As a string: what every origin that may be " +
                "asked first sees. By origin: what each origin that is named sees.",
            ),
          ),
        headers: expectedHeaders
          .optional()
          .describe(doc("Header fields; true or false for present or absent.")),
      })
      .optional()
      .describe(doc("The request as the origin would see it."))
      .meta(doc({ examples: [{ url: "/v2/users", headers: { "x-edge": "headgate", cookie: false } }] })),
    key: z
      .string()
      .nullable()
      .optional()
      .describe(doc("The cache key; null if the request bypasses the cache.")),
    verdict: z
      .enum(["fresh", "stale-while-revalidate", "revalidate", "not-stored"])
      .optional()
      .describe(doc("What the `stored` response allows.")),
  })
  .refine(comparesSomething, "expects nothing, so it would always pass; name what the edge should decide")
  .describe(doc("What the edge should decide. Anything left out is not checked."))
  .meta(doc({ examples: [{ route: "api", origins: ["fra", "iad"] }] }));

export const testCase = z
  .strictObject({
    name: z.string().optional().describe(doc("The name in the report; by default method and URL.")),
    request,
    stored: stored.optional(),
    expect,
  })
  .describe(doc("One request, and what the edge is expected to decide about it. No origin is asked."))
  .meta(
    doc({
      examples: [
        {
          name: "the API is never cached",
          request: { url: "https://shop.example.com/api/users" },
          expect: { route: "api", key: null },
        },
      ],
    }),
  );
