import { describe, expect, it } from "vitest";
import { ENTRY_FORMAT, type VariantIndex } from "../../../worker/caching/entry.ts";
import { seal, unseal } from "../../../worker/caching/envelope.ts";

const entry: VariantIndex = { kind: "variants", format: ENTRY_FORMAT, variants: [], keepUntil: 1 };
const sealed = (line: unknown, body = "") => new TextEncoder().encode(`${JSON.stringify(line)}\n${body}`);

/** An envelope whose line's end was lost, and whose length happens to be that of the body it tells of. */
function unended(): Uint8Array {
  const line = JSON.stringify({ entry, enclosed: { kind: "here", bytes: 120 } });
  return new TextEncoder().encode(`${line}x`.padStart(120));
}

describe("an envelope", () => {
  it("of an earlier release is read for as long as its format is the same", () => {
    const line =
      '{"entry":{"kind":"variants","format":4,"variants":[],"keepUntil":1},"enclosed":{"kind":"none"}}';
    expect(unseal(new TextEncoder().encode(`${line}\n`))?.entry).toEqual(entry);
  });

  it("gives back the entry, and the body whatever its bytes", () => {
    const body = Uint8Array.of(10, 0, 255, 10, 10);
    const envelope = unseal(seal(entry, { kind: "here", bytes: 5 }, body));
    expect(envelope).toEqual({ entry, enclosed: { kind: "here", bytes: 5 }, body });
  });

  it("gives back where the body is, when it is not here", () => {
    const enclosed = { kind: "apart", at: "x", bytes: 5, until: 7 } as const;
    expect(unseal(seal(entry, enclosed))).toMatchObject({ entry, enclosed });
  });

  it("is told in one line, whatever the fields hold", () => {
    const odd = { ...entry, variants: [{ selectors: { a: "b\nc\u2028" }, language: null, key: "k" }] };
    expect(unseal(seal(odd, { kind: "none" }))?.entry).toEqual(odd);
  });

  const unreadable: Record<string, Uint8Array> = {
    nothing: new Uint8Array(),
    "no line's end": new TextEncoder().encode("{}"),
    "no line's end, though it is as long as it says": unended(),
    "no JSON": new TextEncoder().encode("{\n"),
    "no object": sealed(null),
    "no entry": sealed({ enclosed: { kind: "none" } }),
    "an entry of no format": sealed({ entry: {}, enclosed: { kind: "none" } }),
    "an entry of another format": sealed({
      entry: { ...entry, format: ENTRY_FORMAT + 1 },
      enclosed: { kind: "none" },
    }),
    "no word on the body": sealed({ entry }),
    "a body cut short": sealed({ entry, enclosed: { kind: "here", bytes: 5 } }, "four"),
    "a body where there should be none": sealed({ entry, enclosed: { kind: "none" } }, "four"),
  };
  it.each(Object.entries(unreadable))("is not read where it has %s", (_what, bytes) => {
    expect(unseal(bytes)).toBeUndefined();
  });
});
