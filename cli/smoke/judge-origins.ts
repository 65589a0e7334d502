// Is what comes from an origin passed on as it is, and is an origin that is gone seen to be? Pure.
import { type Answer, type Finding, failed, fine, notHere } from "./finding.ts";

/** The same path, asked twice of the origin itself, and of the edge by a client that takes the origin's coding only. */
export function judgeCompressed(edge: Answer, direct: readonly [Answer, Answer] | undefined): Finding {
  if (!direct) return notHere("the origin cannot be reached from here, so there is nothing to compare with");
  const [origin, again] = direct;
  const coding = origin.headers["content-encoding"];
  if (coding === undefined) return notHere("the origin does not compress this path: choose another --path");
  if (!origin.body.equals(again.body))
    return notHere("the origin sends other bytes each time: choose another --path");
  const passed = edge.headers["content-encoding"];
  if (passed === coding && edge.body.equals(origin.body))
    return fine(`${coding}, ${origin.body.length} bytes, as the origin sent them`);
  return failed(
    `${coding}, ${origin.body.length} bytes from the origin; ${passed ?? "no coding"}, ${edge.body.length} bytes from the edge`,
    "something on the way decodes and encodes bodies anew: it costs CPU time, makes strong ETags wrong, and stalls event streams. On Cloudflare, look for features of the zone that change bodies",
  );
}

/** A request to a pool whose only origin has a name that does not exist. */
export function judgeDeadOrigin({ status, headers }: Answer): Finding {
  const error = /error=([\w-]+)/.exec(headers["proxy-status"] ?? "")?.[1];
  if (status >= 502 && status <= 504) return fine(`${status}${error === undefined ? "" : `, ${error}`}`);
  if (status >= 520) {
    return failed(
      `the answer ${status} was passed on`,
      "the platform answers in place of an origin that it cannot reach, and the edge takes that for the origin's own answer: there is no retry, no other origin and no stale response. This is a fault in Headgate: please report it",
    );
  }
  return failed(
    `status ${status}`,
    "something else than the edge answers in place of an origin that is not there",
  );
}
