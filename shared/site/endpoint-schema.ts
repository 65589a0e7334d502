// How an origin is reached where its URL does not say it all: the host that it sees, whom it has to prove to be, and a socket.

import { doc } from "#doc";
import { isUnclearAddress } from "../address.ts";
import * as z from "../zod.ts";
import { id } from "./scalars.ts";

const NAME =
  /^(?=.{1,253}(?::|$))[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*/;
const HOST = new RegExp(`${NAME.source}(?::[0-9]{1,5})?$`);

const hostName = z
  .string()
  .transform((name) => name.toLowerCase())
  .refine(
    (name) => new RegExp(`${NAME.source}$`).test(name),
    "is not a host name; write fra.example.net, without scheme, port or path",
  );

/** `keep`, `origin`, or a name. */
export const hostSeen = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine(
    (text) => HOST.test(text) && Number(/:(\d+)$/.exec(text)?.[1] ?? 1) <= 65_535,
    "is not a host; write keep, origin, or a name such as shop.example.com, without scheme or path",
  )
  .refine(
    (text) => !isUnclearAddress(text.replace(/:\d+$/, "")),
    "ends in a number and is no IPv4 address, so it would be read as another host or none",
  )
  .meta({ title: "host" })
  .meta(doc({ examples: ["keep", "shop.internal"] }));

export const originTls = z
  .strictObject({
    name: hostName
      .optional()
      .describe(
        doc(
          "The name in the certificate of the origin, also sent as SNI; by default the host of the origin's URL. Standalone only.",
        ),
      ),
    ca: id
      .optional()
      .describe(
        doc(
          "The authority that the certificate must come from, in place of the public ones: a name that `--origin-ca` gives to a file. Standalone and `dev` only.",
        ),
      ),
    certificate: id
      .optional()
      .describe(
        doc(
          "The client certificate that the edge shows to the origin (mTLS): a name that `--origin-cert` gives to files. On Cloudflare an mTLS binding with the name `ORIGIN_CERT_` and this name in capitals.",
        ),
      ),
  })
  .refine((tls) => Object.keys(tls).length > 0, "is empty; name a key, or leave `tls` out")
  .describe(
    doc(
      "How the edge and an https origin prove to each other who they are. The files are the operator's; a site file only knows their names.",
    ),
  )
  .meta(doc({ examples: [{ name: "fra.internal", ca: "internal", certificate: "edge" }] }));

export const socket = id.describe(
  doc(
    "Connect to a Unix socket in place of the URL's address: a name that `--origin-socket` gives to a path. The URL then says the scheme, the Host and the base path. Standalone and `dev` only.",
  ),
);

export type OriginTls = z.output<typeof originTls>;
