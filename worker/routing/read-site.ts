// Reads what the store has under a host pattern, and compiles it once per version. If the store fails or what it has is
// invalid, the last good version stays in use.
import { err, ok } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { readStored } from "../../shared/site/stored.ts";
import { compileStored } from "./compile-stored.ts";
import { type ReadingPorts, readVersions } from "./read-versions.ts";
import { hasGood, type Kept } from "./site-shelf.ts";

export async function readSite(pattern: string, ports: ReadingPorts): Promise<Kept> {
  const { shelf, log } = ports;
  let text: string | undefined;
  try {
    text = await ports.sites.read(pattern);
  } catch (error) {
    const before = shelf.get(pattern);
    log.warn("the site store failed; what was read last stays in use", { pattern, error: String(error) });
    if (before?.found.ok) return { ...before, readAt: ports.now() };
    return { version: undefined, found: err("site-unavailable"), size: 0, readAt: ports.now() };
  }
  const readAt = ports.now();
  if (text === undefined) return { version: undefined, found: ok(undefined), size: 0, readAt };

  const version = await fingerprintOf(text);
  const before = shelf.get(pattern); // read only now: another request may have stored the same text
  if (before?.version === version) return { ...before, readAt };
  const read = readStored(text);
  if (read.ok && read.value.kind === "record" && read.value.record.site === pattern) {
    return readVersions({ record: read.value.record, text, version, before, readAt }, ports);
  }
  const found = !read.ok
    ? read
    : read.value.kind === "record"
      ? err([
          { path: "site", message: `is ${read.value.record.site}, and the record stands under ${pattern}` },
        ])
      : await compileStored(read.value, version, ports.secrets);
  if (found.ok) return { version, found, size: text.length, readAt };

  log.warn("the stored site is invalid; the last good one stays in use, if there is one", {
    pattern,
    problems: found.error,
  });
  return hasGood(before)
    ? { ...before, version, readAt }
    : { version, found: err("site-invalid"), size: text.length, readAt };
}
