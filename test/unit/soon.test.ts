import { describe, expect, it } from "vitest";
import { whenHere } from "../../shared/soon.ts";

describe("what may be at hand already", () => {
  it("is gone on with at once where it is", () => {
    expect(whenHere(2, (value) => value + 1)).toBe(3);
  });

  it("is waited for where it is not", async () => {
    const soon = whenHere(Promise.resolve(2), (value) => value + 1);
    expect(soon).toBeInstanceOf(Promise);
    expect(await soon).toBe(3);
  });

  it("leads to one wait alone where what follows has to be waited for too", async () => {
    expect(await whenHere(2, async (value) => value + 1)).toBe(3);
    expect(await whenHere(Promise.resolve(2), async (value) => value + 1)).toBe(3);
  });

  it("throws at once, or rejects, what goes wrong afterwards", async () => {
    const bug = () => {
      throw new Error("a bug");
    };
    expect(() => whenHere(2, bug)).toThrow("a bug");
    await expect(whenHere(Promise.resolve(2), bug)).rejects.toThrow("a bug");
  });
});
