// Sends a request to its pool, and a copy of it to another one. Nothing that becomes of the copy reaches the client. Flow.
import { letGo } from "../bodies/let-go.ts";
import { keepForReplay } from "../bodies/replay.ts";
import type { Ports } from "../isolate.ts";
import type { Body } from "../message.ts";
import { COPIES_AT_MOST, type Mirror, markedCopy, suitsMirror } from "./mirror.ts";
import { send } from "./send.ts";
import type { Errand, SendPorts, Sent } from "./sending.ts";

type MirrorPorts = SendPorts & Pick<Ports, "metrics">;

export interface Mirroring {
  readonly mirror: Mirror;
  /** The name under which the copies are counted. */
  readonly site: string;
  /** Sends the client's own request. */
  sendOwn(errand: Errand): Promise<Sent>;
}

export function sendMirrored(errand: Errand, mirroring: Mirroring, ports: MirrorPorts): Promise<Sent> {
  const { mirror, sendOwn } = mirroring;
  const { ask, body } = errand;
  const key = `mirror ${mirror.pool.key}`;
  const isCopied =
    suitsMirror(mirror, ask, body) &&
    !ports.subrequests?.areUsedUp &&
    ports.load.inFlight(key) < COPIES_AT_MOST &&
    ports.random() < mirror.share;
  if (!isCopied) return sendOwn(errand);

  const place = ports.load.begin({ key }, { loadKey: key });
  const [own, copied] = body instanceof ReadableStream ? body.tee() : [body, body];
  const sending = sendOwn({ ...errand, body: own }); // the client's request goes first
  const copy = { ...errand, pool: mirror.pool, ask: markedCopy(ask), isWatched: false };
  ports.background(sendCopy(copy, copied, mirroring, ports).finally(place.giveBack));
  return sending;
}

async function sendCopy(
  errand: Errand,
  copied: Body,
  { mirror, site }: Mirroring,
  ports: MirrorPorts,
): Promise<void> {
  let body = copied;
  if (copied instanceof ReadableStream) {
    const kept = await keepForReplay(copied, mirror.maxBodyBytes);
    if (!kept.ok) return; // half a body is sent to nobody
    if (!kept.value.kept) return letGo(kept.value.body, ports);
    body = kept.value.body;
  }
  const { sending, result } = await send({ ...errand, body }, ports);
  ports.metrics?.attempts(site, sending.pool, sending.attempts);
  if (result.ok) letGo(result.value.body, ports);
}
