// Sends a request to a pool with sticky sessions: reads to which origin the client is bound, sends, and binds the client to the origin
// that has answered. Without a secret nothing is bound.
import { isSame } from "../../shared/is-same.ts";
import type { Ports } from "../isolate.ts";
import type { Asked } from "../message.ts";
import { cookieName, setCookie, valuesOf } from "../routing/own-cookies.ts";
import {
  markOf,
  masked,
  maskOf,
  maskText,
  originMarked,
  type Pin,
  readSealed,
  sealedText,
  sealOf,
  writeSealed,
} from "./pin.ts";
import type { Pool } from "./pool.ts";
import { verdictOn } from "./retry.ts";
import { send } from "./send.ts";
import type { Errand, SendPorts, Sent } from "./sending.ts";
import { isPinDue, type Sticky } from "./sticky.ts";

type PinPorts = Pick<Ports, "now" | "sealing">;
type Client = Pick<Asked, "scheme" | "pins">;

export async function sendPinned(
  errand: Errand,
  sticky: Sticky,
  client: Client,
  ports: SendPorts & PinPorts,
): Promise<Sent> {
  const pin = await readPin(errand.pool, sticky, client, ports);
  const sent = await send({ ...errand, pin }, ports);
  const { answeredBy } = sent.sending;
  if (!answeredBy) return sent;
  const { origin, attempted } = answeredBy;
  const isGood = verdictOn(errand.pool, attempted) === "answered";
  if (!isPinDue(sticky, pin, { origin: origin.id, isGood }, ports.now())) return sent;
  const value = await sealedPin(origin.id, sticky, ports);
  if (value === undefined) return sent;
  return { ...sent, sending: { ...sent.sending, binds: setCookie(sticky, client.scheme, value) } };
}

/** Undefined if the client has none, or one that is changed, expired, of another site or pool, or of an origin that is gone. */
async function readPin(
  pool: Pool,
  sticky: Sticky,
  { scheme, pins }: Client,
  ports: PinPorts,
): Promise<Pin | undefined> {
  if (pins === undefined) return undefined;
  for (const value of valuesOf(pins, cookieName(sticky, scheme))) {
    const sealed = readSealed(value);
    if (!sealed || sealed.expiresSeconds * 1_000 <= ports.now()) continue;
    const mask = await ports.sealing.mac("pin", maskText(sealed.seal));
    if (mask === undefined) return undefined;
    const mark = masked(sealed.masked, maskOf(mask));
    const seal = await sealFor(sealed.expiresSeconds, mark, sticky, ports);
    if (seal === undefined) return undefined;
    const origin = originMarked(pool.origins, mark);
    if (!isSame(seal, sealed.seal)) ports.sealing.foreign("pin", pool.key);
    else if (origin !== undefined) return { origin, expiresAt: sealed.expiresSeconds * 1_000 };
  }
  return undefined;
}

async function sealedPin(origin: string, sticky: Sticky, ports: PinPorts): Promise<string | undefined> {
  const expiresSeconds = Math.floor((ports.now() + sticky.ttlMs) / 1_000);
  const mark = markOf(origin);
  const seal = await sealFor(expiresSeconds, mark, sticky, ports);
  const mask = seal && (await ports.sealing.mac("pin", maskText(seal)));
  if (seal === undefined || mask === undefined) return undefined;
  return writeSealed({ expiresSeconds, masked: masked(mark, maskOf(mask)), seal });
}

const sealFor = (expiresSeconds: number, mark: string, { realm }: Sticky, { sealing }: PinPorts) =>
  sealing
    .mac("pin", sealedText(realm, expiresSeconds, mark))
    .then((mac) => (mac === undefined ? undefined : sealOf(mac)));
