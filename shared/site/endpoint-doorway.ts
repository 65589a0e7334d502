// What the edge tells the doorway of `headgate dev` and `headgate serve`, which connects to an origin in its place.
import type { Endpoint } from "./endpoint.ts";

export const DOORWAY_FIELD = "headgate-doorway";

/** As JSON, which is ASCII: hosts are, and names are ids. */
export interface DoorwayTold {
  readonly secret: string;
  /** The Host that the origin should see. */
  readonly host: string;
  readonly endpoint: Endpoint;
}
