// Which precompressed siblings of a file may go out to this client? Pure.
import type { Coding } from "../../shared/site/compression-defaults.ts";
import { acceptedCodings, weightIn } from "../delivery/compression/accepted-codings.ts";
import { isCompressible, USUAL_COMPRESSION } from "../delivery/compression/compression.ts";
import { mediaTypeOfName } from "./file-fields.ts";

export interface Sibling {
  readonly coding: Coding;
  readonly name: string;
}

/** By the names that build tools use. In the order in which the edge prefers them: Brotli files are the smallest. */
const ENDINGS: readonly (readonly [Coding, string])[] = [
  ["br", ".br"],
  ["zstd", ".zst"],
  ["gzip", ".gz"],
];

/** A picture has none, so nobody looks for them. */
export function mayHaveSiblings(name: string): boolean {
  const type = mediaTypeOfName(name)?.replace(/;.*/s, "");
  return type !== undefined && isCompressible(USUAL_COMPRESSION, type);
}

/** The client's weights count first (RFC 9110 §12.5.3). Those that it likes less than the plain file are left out. */
export function siblingsFor(name: string, acceptEncoding: string | null): Sibling[] {
  if (acceptEncoding === null) return [];
  const accepted = acceptedCodings(acceptEncoding);
  const plain = accepted.get("identity") ?? 0;
  return ENDINGS.map(([coding, ending]) => ({
    coding,
    name: name + ending,
    weight: weightIn(accepted, coding),
  }))
    .filter(({ weight }) => weight > 0 && weight >= plain)
    .sort((a, b) => b.weight - a.weight)
    .map(({ coding, name }) => ({ coding, name }));
}
