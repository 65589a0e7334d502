// Is a response compressed for this client, and how? (RFC 9110 §12.5.3, §8.4)
import { compileGlob, type Glob } from "../../../shared/glob.ts";
import type { CompressConfig } from "../../../shared/site/compress-schema.ts";
import { AUTO, type Coding, type CompressionRules } from "../../../shared/site/compression-defaults.ts";
import { acceptedCodings, weightIn } from "./accepted-codings.ts";

export interface Compression {
  /** In the order in which the edge prefers them. */
  readonly codings: readonly Coding[];
  readonly types: readonly Glob[];
  readonly takesEvents: boolean;
  readonly minBytes: number;
  /** Request fields with which nothing is compressed. */
  readonly notWith: readonly string[];
}

export function compileCompression(config: CompressConfig | undefined): Compression | null {
  if (config === undefined || config === "off") return null;
  return config === "auto" ? USUAL_COMPRESSION : compiled(config);
}

function compiled({ codings, types, minSize, notWith }: CompressionRules): Compression {
  const lower = types.map((type) => type.toLowerCase());
  return {
    codings,
    types: lower.map((type) => compileGlob(type)),
    takesEvents: lower.includes(EVENTS),
    // Nothing is no coded form of anything, so an empty body stays empty.
    minBytes: Math.max(1, minSize),
    notWith,
  };
}

const EVENTS = "text/event-stream";

/** That of `compress: auto`. */
export const USUAL_COMPRESSION = compiled(AUTO);

export const isCompressible = ({ types, takesEvents }: Compression, mediaType: string): boolean =>
  mediaType === EVENTS ? takesEvents : types.some((matches) => matches(mediaType));

/** Undefined if the body goes out as it is. The client's weights count first, then the order of the site. */
export function codingFor({ codings, notWith }: Compression, headers: Headers): Coding | undefined {
  const field = headers.get("accept-encoding");
  if (field === null || notWith.some((name) => headers.has(name))) return undefined;
  const accepted = acceptedCodings(field);
  let best: Coding | undefined;
  // Without a word of its own, a plain body is acceptable and the last choice.
  let weight = accepted.get("identity") ?? 0;
  for (const coding of codings) {
    const given = weightIn(accepted, coding);
    if (given > weight || (given === weight && given > 0 && best === undefined)) {
      best = coding;
      weight = given;
    }
  }
  return best;
}

export function tellCompression({ codings, minBytes, notWith }: Compression): string {
  const unless = notWith.length === 0 ? "" : `, not with ${notWith.join(" or ")}`;
  return `compressed by ${codings.join(", ")} from ${minBytes} bytes on${unless}; on Cloudflare by the platform`;
}
