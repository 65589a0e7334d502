// Another server decides.
import { doc } from "#doc";
import * as z from "../../zod.ts";
import { durationWithin, editableHeaderName, headerName, httpUrl, rejectedBy } from "../scalars.ts";
import { objectionToKeySetUrl } from "./key-set-url.ts";

const MOST = 20;
const TOLD = ["method", "url", "host", "ip"] as const;

export const forward = z
  .strictObject({
    url: httpUrl("is not a URL")
      .superRefine(rejectedBy(objectionToKeySetUrl))
      .describe(
        doc(
          "Where it is asked, by GET. A status of 2xx lets the request in; 401, 403 and redirects go to the client.",
        ),
      ),
    send: z
      .array(headerName)
      .max(MOST)
      .default(["authorization", "cookie"])
      .describe(doc("The request fields that it gets to see.")),
    tell: z
      .array(z.enum(TOLD))
      .default([...TOLD])
      .describe(
        doc(
          "What else it is told: method (`X-Forwarded-Method`), url (`X-Forwarded-Uri`), host (`X-Forwarded-Host` and `-Proto`), ip " +
            "(`X-Forwarded-For`). What it does not need is better left out where answers are kept.",
        ),
      ),
    receive: z
      .array(editableHeaderName)
      .max(MOST)
      .default([])
      .describe(
        doc(
          "Fields of its answer that the origin gets as request fields, and that are claims of the client. Whatever a client sends under " +
            "such a name is removed, also where the answer lacks it. The first one is the claim `sub`.",
        ),
      ),
    setCookie: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Pass the cookies that it sets with a status of 2xx on to the client. Such an answer is not kept.",
        ),
      ),
    keep: durationWithin({ least: "1s", most: "1h" })
      .optional()
      .describe(
        doc(
          "How long an answer of 2xx is kept in each isolate, for requests in which everything that was sent and told is the same. By " +
            "default it is asked each time. Danger: who is locked out gets in until then.",
        ),
      ),
    timeout: durationWithin({ least: "10ms", most: "30s" })
      .default(2_000)
      .describe(doc("How long it may take. After that the request is refused with 503 (auth-unavailable).")),
  })
  .describe(doc("Another server decides, as nginx' `auth_request` and Traefik's ForwardAuth ask it."))
  .meta(
    doc({ examples: [{ url: "https://auth.example.com/verify", receive: ["remote-user"], keep: "10s" }] }),
  );

export type ForwardConfig = z.output<typeof forward>;
