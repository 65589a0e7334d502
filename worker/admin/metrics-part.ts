// Which part of the sites does a scrape ask for? One answer cannot hold thousands of sites, so Prometheus asks for parts: `2/5`. A
// site is always in the same part, whatever comes and goes. Pure.
import { hashOf } from "../keeping/name-hash.ts";

export interface Part {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Part = { index: 0, count: 1 };

const MAX_PARTS = 1_000;

/** Undefined if it is none. */
export function readPart(text: string | undefined): Part | undefined {
  if (text === undefined) return WHOLE;
  const [, index, count] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  const isPart = index && count && index <= count && count <= MAX_PARTS;
  return isPart ? { index: index - 1, count } : undefined;
}

export const isInPart = (host: string, { index, count }: Part): boolean => hashOf(host).one % count === index;
