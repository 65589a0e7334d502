// The patterns under which a site for this host may be stored, the most specific one first.
import { MAX_HOST_LENGTH, MAX_WILDCARD_LABELS } from "../../shared/site/hosts.ts";

const IPV4 = /^(?:\d+\.){3}\d+$/;

/**
 * `a.b.example.com` → itself, `*.b.example.com`, `*.example.com`, `*.com`, `*`. A star stands for any number of labels.
 * The number of reads is bounded however many labels a made-up host has, because a site file may not hold a longer
 * wildcard.
 */
export function* hostPatterns(host: string): Generator<string> {
  if (host.length <= MAX_HOST_LENGTH) yield* namesOf(host); // not a DNS name, and KV rejects so long a key
  yield "*";
}

/** Lazy: most hosts are found under their own name. */
function* namesOf(host: string): Generator<string> {
  yield host;
  if (IPV4.test(host)) return; // an IPv6 address has no dots
  const labels = host.split(".");
  for (let from = Math.max(1, labels.length - MAX_WILDCARD_LABELS); from < labels.length; from++) {
    yield `*.${labels.slice(from).join(".")}`;
  }
}
