import { describe, expect, it } from "vitest";
import { endsHere } from "../../../worker/admission/objections.ts";
import { anAsked } from "../../support/asked.ts";

describe("a request that may not be forwarded again (RFC 9110 §7.6.2)", () => {
  it.each([
    ["OPTIONS", "0", true],
    ["OPTIONS", "00", true], // 1*DIGIT: leading zeros are permitted
    ["OPTIONS", "1", false],
    ["OPTIONS", "10", false],
    ["OPTIONS", "01", false],
    ["OPTIONS", "-0", false], // malformed, so ignored
    ["OPTIONS", "0, 0", false],
    ["OPTIONS", "", false],
    ["OPTIONS", undefined, false],
    // The field means something for OPTIONS and TRACE only. With any other method it is ignored.
    ["GET", "0", false],
    ["HEAD", "0", false],
    ["POST", "0", false],
  ])("%s with Max-Forwards %j ends here: %s", (method, field, ends) => {
    const headers: Record<string, string> = field === undefined ? {} : { "max-forwards": field };
    expect(endsHere(anAsked("http://a.test/", { method, headers }))).toBe(ends);
  });
});
