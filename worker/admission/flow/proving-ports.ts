// The part of the ports that authentication uses.
import type { Ports } from "../../isolate.ts";

export type ProvingPorts = Pick<
  Ports,
  | "now"
  | "wait"
  | "background"
  | "log"
  | "digest"
  | "signing"
  | "secrets"
  | "proving"
  | "keySets"
  | "remembered"
>;
