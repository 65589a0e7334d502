// Under which keys is a request counted? Mostly under one. A client may not get a fresh bucket by another spelling of the same value, so
// a value counts without regard to case and in every reading that an origin may have of it; each of them then has to have units
// left. Pure.
import type { LimitBy } from "../../../shared/site/limit-schema.ts";
import type { Asked } from "../../message.ts";
import { cookieValues } from "../../routing/cookies.ts";
import { networkOf } from "../../routing/network-of.ts";
import { fieldValues } from "../../routing/spellings.ts";

export interface Countable {
  readonly asked: Pick<Asked, "client" | "host" | "headers">;
  /** The id of the route; undefined if none takes the request. */
  readonly route: string | undefined;
  /** Who has authenticated. */
  readonly subject: string | undefined;
}

/** A request with more readings of its values than this is counted together with all others that have as many. */
const MAX_KEYS = 8;
const TOO_MANY: readonly string[] = ["!"];
/** What comes after it tells no two clients apart, and a client may not make the edge read 100 KB for each of its limits. */
const MAX_VALUE_LENGTH = 4_096;

export function limitKeysOf(by: readonly LimitBy[], countable: Countable): readonly string[] {
  const [only] = by;
  if (only?.kind === "ip" && by.length === 1) return [networkOf(countable.asked.client.ip)];
  let keys = [""];
  for (const one of by) {
    const parts = new Set(valuesOf(one, countable));
    if (keys.length * parts.size > MAX_KEYS) return TOO_MANY;
    keys = keys.flatMap((key) => [...parts].map((part) => `${key}\n${part}`));
  }
  return keys;
}

/** No value contains a line break. The sign tells a value that is not there from one that is empty. */
const ABSENT: readonly string[] = ["-"];

function valuesOf(by: LimitBy, { asked, route, subject }: Countable): readonly string[] {
  switch (by.kind) {
    case "ip":
      return [networkOf(asked.client.ip)];
    case "host":
      return [asked.host];
    case "route":
      return route === undefined ? ABSENT : [`=${route}`];
    case "subject":
      return subject === undefined ? ABSENT : [`=${subject}`];
    case "header":
      return presentIn(fieldValues(asked.headers, by.name));
    case "cookie":
      return presentIn(cookieValues(asked.headers.get("cookie"), by.name));
  }
}

const presentIn = (values: readonly string[]): readonly string[] =>
  values.length === 0 ? ABSENT : values.map((value) => `=${spelling(value)}`);

const spelling = (value: string): string =>
  value.slice(0, MAX_VALUE_LENGTH).trim().replace(/\s+/g, " ").toLowerCase();
