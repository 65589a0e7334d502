// Is a Headgate there, where does it run, and does it have what was pushed? Pure.
import { isLoopback } from "../bare-url.ts";
import { type Answer, type Finding, failed, fine, type Place } from "./finding.ts";

export function placeOf(url: URL, { headers }: Answer): Place {
  if (headers["cf-ray"] !== undefined) return "cloudflare";
  return isLoopback(url.hostname) ? "this-machine" : "elsewhere";
}

export function judgeHealth({ status, body, headers }: Answer, place: Place): Finding {
  if (status === 200 && /"status"\s*:\s*"ok"/.test(body.toString())) {
    const dataCentre = headers["cf-ray"]?.split("-")[1];
    if (place !== "cloudflare")
      return fine(place === "this-machine" ? "there, on this machine" : "there, outside Cloudflare");
    return fine(`there, on Cloudflare${dataCentre === undefined ? "" : ` (${dataCentre})`}`);
  }
  return failed(
    `/.headgate/health: status ${status}`,
    "something else answers on this host: its domain is not attached to the Worker, or a proxy, a login or a challenge in front keeps requests away",
  );
}

/** `last`: the answer of the route `marker`, when the time was up. */
export function judgeStaleSite(last: Answer, waitedMs: number): Finding {
  const seconds = Math.round(waitedMs / 1000);
  if (last.status === 200) {
    return failed(
      `another version after ${seconds} s`,
      "the file has not been pushed, or to another store or environment; or KV takes longer than the 90 s of docs/operations.md",
    );
  }
  return failed(
    `status ${last.status} after ${seconds} s`,
    last.status === 404
      ? "the edge has no such site: the file has not been pushed, or to another store or environment, or it names another host"
      : "the edge cannot read its sites: the log says why (`npx wrangler tail`)",
  );
}
