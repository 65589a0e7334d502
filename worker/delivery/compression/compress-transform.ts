// The content coding of one response, as an adapter applies it to the body.
import type { Coding } from "../../../shared/site/compression-defaults.ts";

export interface CompressTransform {
  readonly name: "compress";
  readonly coding: Coding;
}
