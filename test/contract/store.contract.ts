// What every store keeps to, whatever it is made of. Run once for each of them.
import { describe, expect, it } from "vitest";
import type { Stored } from "../../worker/caching/entry.ts";
import type { Store } from "../../worker/ports.ts";
import { bytesOf, readBody, streamByHand, streamOf } from "./bodies.ts";
import { aMark, anEntry, anIndex, HOUR_MS, NOW } from "./entries.ts";

/** A clock that the test moves. */
export interface Clock {
  now: number;
}

export type MakeStore = (clock: Clock) => Store;

let keys = 0;
/** What a platform keeps outlives a test: each has a key of its own. */
export const newKey = (): string => `contract.test/${++keys}`;

export function storeContract(name: string, makeStore: MakeStore): void {
  describe(`${name} keeps the store contract`, () => {
    const clock = { now: NOW };
    const store = makeStore(clock);
    const textAt = async (key: string) => {
      const found = await store.get(key);
      return found && new TextDecoder().decode((await readBody(found.body)) ?? undefined);
    };

    describe("what is put is found", () => {
      it("finds nothing where nothing was put", async () => {
        expect(await store.get(newKey())).toBeUndefined();
      });

      it("finds bytes, byte for byte", async () => {
        const key = newKey();
        const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
        await store.put(key, anEntry(), everyByte);
        const found = await store.get(key);
        expect(await readBody(found?.body ?? null)).toEqual(everyByte);
      });

      it("finds a string in UTF-8", async () => {
        const key = newKey();
        await store.put(key, anEntry(), "grüße 🌍");
        expect(await textAt(key)).toBe("grüße 🌍");
      });

      it("finds a stream, once it is through", async () => {
        const key = newKey();
        await store.put(key, anEntry(), streamOf("first, ", "second, ", "third"));
        expect(await textAt(key)).toBe("first, second, third");
      });

      it("finds no body where there was none, since a 204 can have none", async () => {
        const key = newKey();
        await store.put(key, anEntry({ status: 204, statusText: "No Content" }), null);
        expect(await store.get(key)).toMatchObject({ entry: { status: 204 }, body: null });
      });

      it("finds an empty body", async () => {
        const [bytes, stream] = [newKey(), newKey()];
        await store.put(bytes, anEntry(), new Uint8Array());
        await store.put(stream, anEntry(), streamOf());
        expect(await textAt(bytes)).toBe("");
        expect(await textAt(stream)).toBe("");
      });

      it("finds the entry as it was, with each of several fields of one name and what is beyond ASCII", async () => {
        const key = newKey();
        const entry = anEntry({
          status: 404,
          statusText: "Pas trouvé",
          headers: [
            ["set-cookie", "a=1; Path=/"],
            ["set-cookie", "b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT"],
            ["x-name", "Zoë \u{1f600}\u2028"],
            ["x-latin", "\xff"],
            ["x-empty", ""],
            ["cache-control", 'private="x", no-store'],
          ],
          part: { first: 5, length: 3, complete: 10 },
        });
        await store.put(key, entry, "abc");
        expect((await store.get(key))?.entry).toEqual(entry);
      });

      it("finds an index of variants", async () => {
        const key = newKey();
        await store.put(key, anIndex(key), null);
        expect(await store.get(key)).toEqual({ entry: anIndex(key), body: null });
      });

      it("finds the mark of a change", async () => {
        const key = newKey();
        await store.put(key, aMark(), null);
        expect(await store.get(key)).toEqual({ entry: aMark(), body: null });
      });

      it("finds an index of many variants with long names", async () => {
        const key = newKey();
        const [variant] = anIndex(key).variants;
        const variants = Array.from({ length: 64 }, (_, number) => ({
          selectors: { "vary:cookie": `${number}`.padEnd(1_000, "x") },
          language: null,
          key: `${key}#${variant?.key}-${number}-${"y".repeat(3_000)}`,
        }));
        await store.put(key, { ...anIndex(key), variants }, null);
        expect((await store.get(key))?.entry).toEqual({ ...anIndex(key), variants });
      });

      it("finds an entry with a hundred fields of 30 KB together", async () => {
        const key = newKey();
        const headers = Array.from({ length: 100 }, (_, n) => [`x-${n}`, "v".repeat(300)] as const);
        await store.put(key, anEntry({ headers }), "body");
        expect((await store.get(key))?.entry).toEqual(anEntry({ headers }));
        expect(await textAt(key)).toBe("body");
      });

      it("finds it again and again", async () => {
        const key = newKey();
        await store.put(key, anEntry(), "again");
        for (let turn = 0; turn < 3; turn++) expect(await textAt(key)).toBe("again");
      });

      it("keeps its own copy of what it was given", async () => {
        const key = newKey();
        const headers: [string, string][] = [["x-mine", "before"]];
        const bytes = bytesOf("before");
        await store.put(key, anEntry({ headers }), bytes);
        bytes.fill(0);
        headers.push(["x-planted", "after"]);
        expect((await store.get(key))?.entry).toEqual(anEntry({ headers: [["x-mine", "before"]] }));
        expect(await textAt(key)).toBe("before");
      });
    });

    describe("keys", () => {
      const odd: Record<string, string> = {
        "a port": "contract.test:8443/a",
        "plain http": "http://contract.test/a",
        "an IPv6 address": "[::1]:8080/a",
        "no host": "#site:shop/a",
        "no host, plain http": "http://#site:shop/a",
        "spaces and quotes": `contract.test/a b"c'd`,
        percent: "contract.test/100%",
        "an escape": "contract.test/%2F%00",
        "a second question mark": "contract.test/?a?b",
        "a variant": "contract.test/a#variant:vary%3Aaccept=text%2Fhtml",
        "dot segments": "contract.test/../a/./b",
        "a backslash": "contract.test/a\\b",
        "letters beyond ASCII": "contract.test/äöü/日本/🌍",
        "a lone surrogate": "contract.test/\ud800",
        "line breaks": "contract.test/a\r\nb",
        "an upper-case twin": "contract.test/A",
        "8 KB": `contract.test/${"long/".repeat(1_640)}`,
        "8 KB, another end": `contract.test/${"long/".repeat(1_640)}x`,
        "no host that could be": "contract test/a",
        nothing: "",
      };

      it("tells odd keys apart, and finds each", async () => {
        for (const [what, key] of Object.entries(odd)) await store.put(key, anEntry(), what);
        for (const [what, key] of Object.entries(odd)) expect(await textAt(key), what).toBe(what);
        for (const key of Object.values(odd)) await store.delete(key);
        for (const [what, key] of Object.entries(odd)) expect(await store.get(key), what).toBeUndefined();
      });
    });

    describe("change", () => {
      it("replaces what was there, entry and body", async () => {
        const key = newKey();
        await store.put(key, anEntry({ status: 200 }), "old and long");
        await store.put(key, anEntry({ status: 410 }), "new");
        expect((await store.get(key))?.entry).toMatchObject({ status: 410 });
        expect(await textAt(key)).toBe("new");
      });

      it("replaces an index by a response, and a response by an index", async () => {
        const key = newKey();
        await store.put(key, anIndex(key), null);
        await store.put(key, anEntry(), "response");
        expect(await textAt(key)).toBe("response");
        await store.put(key, anIndex(key), null);
        expect(await store.get(key)).toEqual({ entry: anIndex(key), body: null });
      });

      it("deletes that key and no other", async () => {
        const [gone, left] = [newKey(), newKey()];
        await store.put(gone, anEntry(), "gone");
        await store.put(left, anEntry(), "left");
        await store.delete(gone);
        expect(await store.get(gone)).toBeUndefined();
        expect(await textAt(left)).toBe("left");
      });

      it("deletes what is not there without complaint", async () => {
        await expect(store.delete(newKey())).resolves.toBeUndefined();
      });

      it("holds one whole of two that are put at once", async () => {
        const key = newKey();
        await Promise.all([
          store.put(key, anEntry({ status: 201 }), streamOf("status ", "201")),
          store.put(key, anEntry({ status: 202 }), "status 202"),
        ]);
        const found = await store.get(key);
        expect(found && (await asText(found))).toBe(`status ${found && statusOf(found)}`);
      });

      it("stays with the one put last where the one before streams in later", async () => {
        const key = newKey();
        const slow = streamByHand();
        const before = store.put(key, anEntry(), slow.readable);
        await slow.send("before");
        await store.put(key, anEntry(), "after");
        await slow.end();
        await before;
        expect(await textAt(key)).toBe("after");
      });

      it("stores a stream though the next one for the key has begun already", async () => {
        const key = newKey();
        const [slow, slower] = [streamByHand(), streamByHand()];
        const first = store.put(key, anEntry(), slow.readable);
        const second = store.put(key, anEntry(), slower.readable);
        await Promise.all([slow.send("first"), slower.send("second")]);
        await slow.end();
        await first;
        expect(await textAt(key)).toBe("first");
        await slower.end();
        await second;
        expect(await textAt(key)).toBe("second");
      });

      it("does not bring back what was deleted while it streamed in", async () => {
        const key = newKey();
        const slow = streamByHand();
        const put = store.put(key, anEntry(), slow.readable);
        await slow.send("before the change");
        await store.delete(key);
        await slow.end();
        await put;
        expect(await store.get(key)).toBeUndefined();
      });
    });

    describe("a part gives way", () => {
      const aPart = () => anEntry({ status: 206, part: { first: 0, length: 4, complete: 10 } });

      it("to a whole that is under way, and is kept where that breaks before it came", async () => {
        const [whole, broken] = [newKey(), newKey()];
        const [slow, breaking] = [streamByHand(), streamByHand()];
        const puts = [
          store.put(whole, anEntry(), slow.readable),
          store.put(broken, anEntry(), breaking.readable),
        ];
        await Promise.all([slow.send("the "), breaking.send("the ")]);
        await store.put(whole, aPart(), "part");
        await slow.send("whole");
        await slow.end();
        await breaking.abort();
        await Promise.all(puts);
        expect(await textAt(whole)).toBe("the whole");
        await store.put(broken, aPart(), "part");
        expect(await textAt(broken)).toBe("part");
      });

      it("to a whole that is put with it, whichever is put first", async () => {
        const [first, last] = [newKey(), newKey()];
        await Promise.all([store.put(first, aPart(), "part"), store.put(first, anEntry(), "whole")]);
        await Promise.all([store.put(last, anEntry(), "whole"), store.put(last, aPart(), "part")]);
        expect(await textAt(first)).toBe("whole");
        expect(await textAt(last)).toBe("whole");
      });
    });

    describe("a newer entry for what was found", () => {
      const NEWER = { headers: [["x-newer", "yes"]], keepUntil: NOW + 2 * HOUR_MS } as const;
      const bodies: Record<string, () => Uint8Array | ReadableStream<Uint8Array>> = {
        "a body at hand": () => bytesOf("the body"),
        "a body that streamed": () => streamOf("the ", "body"),
      };
      const foundAt = async (key: string): Promise<Stored> => {
        const found = await store.get(key);
        if (!found) throw new Error("nothing is there");
        return found;
      };
      for (const [what, body] of Object.entries(bodies)) {
        it(`leaves ${what} as it is, and the found one to be read`, async () => {
          const key = newKey();
          await store.put(key, anEntry(), body());
          const found = await foundAt(key);
          expect(await store.renew(key, found, anEntry(NEWER))).toBe(true);
          expect((await store.get(key))?.entry).toEqual(anEntry(NEWER));
          expect(await textAt(key)).toBe("the body");
          expect(await asText(found)).toBe("the body");
          const again = await foundAt(key);
          expect(await store.renew(key, again, anEntry(NEWER))).toBe(true);
          expect(await textAt(key)).toBe("the body");
        });

        it(`lets ${what} live as long as it says`, async () => {
          const key = newKey();
          await store.put(key, anEntry({ keepUntil: NOW + HOUR_MS }), body());
          expect(await store.renew(key, await foundAt(key), anEntry(NEWER))).toBe(true);
          clock.now = NEWER.keepUntil - 1;
          expect(await textAt(key)).toBe("the body");
          clock.now = NEWER.keepUntil;
          expect(await store.get(key)).toBeUndefined();
          clock.now = NOW;
        });

        it(`is never given to ${what} that was put since`, async () => {
          const key = newKey();
          await store.put(key, anEntry({ receivedAt: NOW - 1 }), body());
          const found = await foundAt(key);
          await store.put(key, anEntry({ receivedAt: NOW }), streamOf("another"));
          expect(await store.renew(key, found, anEntry(NEWER))).toBe(false);
          expect((await store.get(key))?.entry).toEqual(anEntry({ receivedAt: NOW }));
          expect(await textAt(key)).toBe("another");
          expect(await asText(found)).toBe("the body");
        });

        it(`brings ${what} not back that was deleted`, async () => {
          const key = newKey();
          await store.put(key, anEntry(), body());
          const found = await foundAt(key);
          await store.delete(key);
          expect(await store.renew(key, found, anEntry(NEWER))).toBe(false);
          expect(await store.get(key)).toBeUndefined();
        });
      }

      it("is of effect where there is no body, on that entry alone", async () => {
        const key = newKey();
        await store.put(key, anEntry({ receivedAt: NOW - 1 }), null);
        const found = await foundAt(key);
        expect(await store.renew(key, found, anEntry(NEWER))).toBe(true);
        expect(await store.get(key)).toMatchObject({ entry: anEntry(NEWER), body: null });
        expect(await store.renew(key, found, anEntry())).toBe(false);
      });

      it("is the store's own copy", async () => {
        const key = newKey();
        await store.put(key, anEntry(), "body");
        const headers: [string, string][] = [["x-mine", "before"]];
        await store.renew(key, await foundAt(key), anEntry({ headers }));
        headers.push(["x-planted", "after"]);
        expect((await store.get(key))?.entry).toEqual(anEntry({ headers: [["x-mine", "before"]] }));
      });
    });

    it("takes what it is asked about, where it says so", async () => {
      for (const length of [0, 10, 100_000]) {
        const key = newKey();
        const entry = anEntry({ headers: [["content-length", String(length)]] });
        await store.put(key, entry, new Uint8Array(length));
        expect((await store.get(key)) !== undefined).toBe(store.takes(key, entry));
      }
    });

    describe("a put that breaks changes nothing", () => {
      const sizedEntry = (length: number) => anEntry({ headers: [["content-length", String(length)]] });
      const broken: Record<string, [number | undefined, () => ReadableStream<Uint8Array> | Uint8Array]> = {
        "a stream that errors midway": [undefined, () => streamOf("half ", new Error("cut"))],
        "a stream that errors at once": [undefined, () => streamOf(new Error("cut"))],
        "a stream shorter than declared": [10, () => streamOf("half ")],
        "a stream longer than declared": [3, () => streamOf("half ")],
        "bytes shorter than declared": [10, () => bytesOf("half ")],
      };
      for (const [what, [length, body]] of Object.entries(broken)) {
        it(`leaves nothing of ${what}`, async () => {
          const key = newKey();
          await store.put(key, length === undefined ? anEntry() : sizedEntry(length), body());
          expect(await store.get(key)).toBeUndefined();
        });

        it(`leaves what was there before ${what}`, async () => {
          const key = newKey();
          await store.put(key, anEntry(), "before");
          await store.put(key, length === undefined ? anEntry() : sizedEntry(length), body());
          expect(await textAt(key)).toBe("before");
        });
      }

      it("keeps a stream of the declared length", async () => {
        const key = newKey();
        await store.put(key, sizedEntry(5), streamOf("wh", "ole"));
        expect(await textAt(key)).toBe("whole");
      });

      it("keeps a part of the length that the part says, whatever the field", async () => {
        const key = newKey();
        const part = { first: 0, length: 4, complete: 10 };
        await store.put(key, { ...sizedEntry(2), part }, "part");
        expect(await textAt(key)).toBe("part");
      });
    });

    describe("time", () => {
      it("finds nothing past keepUntil, and all of it before", async () => {
        const key = newKey();
        await store.put(key, anEntry({ keepUntil: NOW + HOUR_MS }), "for an hour");
        clock.now = NOW + HOUR_MS - 1;
        expect(await textAt(key)).toBeDefined();
        clock.now = NOW + HOUR_MS;
        expect(await store.get(key)).toBeUndefined();
        clock.now = NOW;
      });

      it("forgets what is replaced by something that is over already", async () => {
        const key = newKey();
        await store.put(key, anEntry(), "before");
        await store.put(key, anEntry({ keepUntil: NOW - 1 }), "over");
        expect(await store.get(key)).toBeUndefined();
        await store.put(key, anEntry({ keepUntil: NOW - 1 }), streamOf("over"));
        expect(await store.get(key)).toBeUndefined();
      });
    });
  });
}

const asText = async ({ body }: Stored): Promise<string> =>
  new TextDecoder().decode((await readBody(body)) ?? undefined);
const statusOf = ({ entry }: Stored): number => (entry.kind === "response" ? entry.status : 0);
