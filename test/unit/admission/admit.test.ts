import { describe, expect, it } from "vitest";
import { admit, type Inquiry } from "../../../worker/admission/admit.ts";
import type { Ports } from "../../../worker/isolate.ts";
import type { Refusal } from "../../../worker/refusal.ts";

describe("admit", () => {
  const ports = {} as Ports; // handed on, and not looked at
  const no: Refusal = { reason: "loop" };
  const asked: string[] = [];
  const inquiry =
    (name: string, answer: Refusal | undefined): Inquiry =>
    async (given) => {
      expect(given).toBe(ports);
      asked.push(name);
      return answer;
    };

  it("waits for nothing where nothing is to be asked", () => {
    expect(admit([], ports)).toBeUndefined();
  });
  it("lets a request on to which nobody objects, and asks in turn", async () => {
    asked.length = 0;
    expect(await admit([inquiry("limit", undefined), inquiry("auth", undefined)], ports)).toBeUndefined();
    expect(asked).toEqual(["limit", "auth"]);
  });
  it("ends with the first refusal", async () => {
    asked.length = 0;
    expect(await admit([inquiry("limit", no), inquiry("auth", undefined)], ports)).toBe(no);
    expect(asked).toEqual(["limit"]);
  });
});
