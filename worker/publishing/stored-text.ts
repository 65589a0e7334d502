// What is written to the store for a site? Its text marked as checked, so that the edge need not check it again.
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Site } from "../../shared/site/schema.ts";
import { checkedBody, checkedText } from "../../shared/site/stored.ts";
import { compileWhole } from "../routing/compile-whole.ts";

interface CheckedSite {
  readonly site: Site;
  /** The file's own values. */
  readonly json: string;
  readonly version: string;
}

/** A value in KV may have 25 MiB. */
const MAX_BYTES = 25 * 1_048_576;

/** If the checked form cannot be stored, only the file is stored, and the edge checks it. */
export async function storedText({ site, json, version }: CheckedSite): Promise<string> {
  if (!compileWhole(site, version).ok) return json; // the edge compiles a text marked as checked without checking it
  const body = checkedBody(site, json, version);
  const text = checkedText(body, await fingerprintOf(body));
  return new TextEncoder().encode(text).byteLength <= MAX_BYTES ? text : json;
}
