// The part of the ports that authentication uses.
import type { Ports } from "../../isolate.ts";

export type ProvingPorts = Pick<
  Ports,
  | "now"
  | "wait"
  | "background"
  | "log"
  | "digest"
  | "newId"
  | "signing"
  | "sealing"
  | "secrets"
  | "proving"
  | "keySets"
  | "providers"
  | "remembered"
  | "subrequests"
>;
