// Is what an origin answered to a probe the answer of a good origin?
import { compileGlob } from "../../shared/glob.ts";
import type { Probe } from "./probe.ts";

/** More of a body is not read. */
export const MAX_PROBED_BYTES = 65_536;

/** A status that is in no list is a failed probe. */
export const statusIsGood = ({ statuses }: Pick<Probe, "statuses">, status: number): boolean =>
  statuses.includes(String(status)) || statuses.includes(`${Math.floor(status / 100)}xx`);

export const bodyIsGood = ({ body }: Pick<Probe, "body">, text: string): boolean =>
  body === undefined || compileGlob(body)(text);
