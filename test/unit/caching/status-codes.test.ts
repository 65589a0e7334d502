import { describe, expect, it } from "vitest";
import {
  isBodiless,
  isHeuristicallyCacheable,
  isOfOneRequest,
  isOriginFailure,
  isPassingTrouble,
  isUnderstood,
} from "../../../worker/caching/law/status-codes.ts";

const upTo = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** Each question, and all the codes that it is answered with yes for. Every other code is a no. */
const questions: [name: string, of: (status: number) => boolean, codes: number[]][] = [
  [
    // https://www.iana.org/assignments/http-status-codes, without the two marked as unused (306, 418)
    "understood: the registered final codes",
    isUnderstood,
    [
      ...upTo(200, 208),
      226,
      ...upTo(300, 305),
      ...upTo(307, 308),
      ...upTo(400, 417),
      ...upTo(421, 426),
      ...upTo(428, 429),
      431,
      451,
      ...upTo(500, 508),
      ...upTo(510, 511),
    ],
  ],
  [
    "heuristically cacheable (RFC 9110 §15.1)",
    isHeuristicallyCacheable,
    [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501],
  ],
  ["without content (RFC 9110 §6.4.1, §15.3.6)", isBodiless, [204, 205, 304]],
  ["temporary errors", isPassingTrouble, [408, 425, 429, ...upTo(500, 599)]],
  ["failures of the origin (RFC 5861 §4)", isOriginFailure, [500, 502, 503, 504]],
];

describe("status codes that are", () => {
  for (const [name, of, codes] of questions) it(name, () => expect(upTo(100, 599).filter(of)).toEqual(codes));
});

describe("a status is about one request", () => {
  const because: [about: string, codes: number[]][] = [
    ["what it was written like", [400, 431]],
    ["who sent it", [401, 407]],
    ["what it would accept", [406]],
    ["how long it took", [408]],
    ["its content, or the length of it", [411, 413, 415, 422]],
    ["the length of its URL", [414]],
    ["its conditions, ranges and expectations", [412, 416, 417, 428]],
    ["the connection it came by", [421, 425, 426]],
    ["how many came before it", [429]],
  ];
  for (const [about, codes] of because) {
    it(about, () => expect(codes.filter(isOfOneRequest)).toEqual(codes));
  }
  it("and no other is: a page that is missing, forbidden or broken is so for all", () => {
    const known = new Set(because.flatMap(([, codes]) => codes));
    expect(upTo(100, 599).filter((status) => isOfOneRequest(status) && !known.has(status))).toEqual([]);
  });
});
