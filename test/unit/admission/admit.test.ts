// The outside world is asked one thing after the other, and the first that does not let the request pass is the last.
import { describe, expect, it } from "vitest";
import {
  type Finding,
  type Findings,
  type Inquiry,
  nothingFound,
  PASS,
} from "../../../worker/admission/admission.ts";
import { admit } from "../../../worker/admission/flow/admit.ts";
import type { Onward } from "../../../worker/decision.ts";
import type { Ports } from "../../../worker/isolate.ts";
import { ownReply } from "../../../worker/message.ts";
import { anAsked } from "../../support/asked.ts";

const asked = anAsked("http://a.test/");
const ports = {} as Ports; // handed on, and not looked at

/** What went on, or where it ended; and what was asked, and seen, on the way. */
async function admitted(findings: Record<string, Finding>) {
  const seen: (readonly [name: string, found: Findings])[] = [];
  const told: { passed?: Findings; ended?: [Finding, Findings] } = {};
  const onward: Onward = { kind: "answer", outcome: { reply: ownReply(200, new Headers(), null) } };
  const result = await admit(
    {
      kind: "inquire",
      inquiries: Object.keys(findings).map((name) => ({ name }) as Inquiry),
      findings: nothingFound(asked),
      pass: (passed) => {
        told.passed = passed;
        return onward;
      },
      end: (ending, found) => {
        told.ended = [ending, found];
        return onward;
      },
    },
    ports,
    async (inquiry, found, given) => {
      expect(given).toBe(ports);
      seen.push([inquiry.name, found]);
      return findings[inquiry.name] ?? PASS;
    },
  );
  expect(result).toBe(onward);
  return { ...told, seen };
}

/** How often the end of the response was told, and what was thrown. */
async function thrown(bug: Error, where: "ask" | "pass"): Promise<readonly [number, unknown]> {
  let told = 0;
  const held: Finding = { kind: "pass", ended: () => void told++ };
  const run = async () =>
    admit(
      {
        kind: "inquire",
        inquiries: ["places", "auth"].map((name) => ({ name }) as Inquiry),
        findings: nothingFound(asked),
        pass: () => {
          throw bug;
        },
        end: () => {
          throw new Error("nobody objects");
        },
      },
      ports,
      ({ name }) => {
        if (name === "places") return held;
        if (where === "ask") throw bug;
        return PASS;
      },
    );
  const error = await run().catch((caught: unknown) => caught);
  return [told, error];
}

const NO: Finding = { kind: "refused", refusal: { reason: "loop" } };

describe("admit", () => {
  it("lets a request on to which nobody objects, and asks in turn", async () => {
    const { passed, ended, seen } = await admitted({ limit: PASS, auth: PASS });
    expect(seen.map(([name]) => name)).toEqual(["limit", "auth"]);
    expect([passed, ended]).toEqual([nothingFound(asked), undefined]);
  });

  it("ends with the first that does not let it pass", async () => {
    const { passed, ended, seen } = await admitted({ limit: NO, auth: PASS });
    expect(seen.map(([name]) => name)).toEqual(["limit"]);
    expect([passed, ended]).toEqual([undefined, [NO, nothingFound(asked)]]);
  });

  // Else a place that a limit holds would never be free again: it is renewed for as long as nobody gives it back.
  it.each(["ask", "pass"] as const)(
    "tells who waits for the end of the response if a bug ends it: %s",
    async (where) => {
      const bug = new Error("bug");
      const [told, error] = await thrown(bug, where);
      expect(error).toBe(bug);
      expect(told).toBeGreaterThan(0);
    },
  );

  it("hands on what was found, also to where it ends", async () => {
    const without = anAsked("http://a.test/without-credentials");
    const identity = { scheme: "basic", subject: "jo", claims: {} };
    const settled = () => {};
    const { seen, ended } = await admitted({
      limit: { kind: "pass", replyFields: [["ratelimit", '"a";r=1']], settled },
      auth: { kind: "pass", asked: without, identity },
      quota: { kind: "pass", replyFields: [["ratelimit", '"b";r=2']], observed: "loop" },
      last: NO,
    });
    const found: Findings = {
      asked: without,
      identity,
      replyFields: [
        ["ratelimit", '"a";r=1'],
        ["ratelimit", '"b";r=2'],
      ],
      observed: ["loop"],
      settled: [settled],
    };
    expect(seen.at(-1)).toEqual(["last", found]);
    expect(ended).toEqual([NO, found]);
  });
});
