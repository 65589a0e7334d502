// What stands in front of the origins and is put to the test.
import type { Three } from "../origins.ts";

export interface Balancer {
  /** `http://127.0.0.1:PORT`, with nothing after it. */
  readonly url: string;
  /** No new requests for this origin. */
  drain(id: string): Promise<void>;
  undrain(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** `folder` is for its files, and is removed afterwards. */
export type Start = (origins: Three, folder: string) => Promise<Balancer>;
