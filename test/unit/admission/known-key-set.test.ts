import { beforeEach, describe, expect, it } from "vitest";
import { keysKnown, keysReadAgain } from "../../../worker/admission/flow/known-key-set.ts";
import { aWorld, type Says, type World } from "./authentication/proving-world.ts";

const URL_OF_KEYS = "https://issuer.test/jwks";
const key = (kid: string) => ({ kty: "RSA", kid, n: "AQAB", e: "AQAB" });
const setOf = (...kids: string[]): Says => ({ body: JSON.stringify({ keys: kids.map(key) }) });

let world: World;
beforeEach(() => {
  world = aWorld();
});
const known = async () => (await keysKnown(URL_OF_KEYS, world))?.keys.map(({ kid }) => kid);
const minutes = (count: number) => {
  world.clock += count * 60_000;
};

describe("the keys of an issuer", () => {
  it("are read once, and kept", async () => {
    world.says = () => setOf("a");
    expect(await known()).toEqual(["a"]);
    minutes(9);
    expect(await known()).toEqual(["a"]);
    expect(world.questions).toHaveLength(1);
  });

  it("are refreshed in the background while the old ones are used", async () => {
    world.says = () => setOf("a");
    await known();
    minutes(10);
    world.says = () => setOf("b");
    expect(await known()).toEqual(["a"]);
    await new Promise(setImmediate);
    expect(await known()).toEqual(["b"]);
    expect(world.questions).toHaveLength(2);
  });

  it("are read by one request while others wait for it", async () => {
    let answer = (_said: Says) => {};
    world.says = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const waiting = [known(), known(), known()];
    await new Promise(setImmediate);
    answer(setOf("a"));
    expect(await Promise.all(waiting)).toEqual([["a"], ["a"], ["a"]]);
    expect(world.questions).toHaveLength(1);
  });

  it("are asked for within a time and a size", async () => {
    await known();
    expect(world.questions[0]).toMatchObject({ withinMs: 5_000, maxBytes: 524_288 });
  });

  const bad: [what: string, said: Says][] = [
    ["it is down", new Error("connection refused")],
    ["it is slow", new Error("there was no whole answer after 5000 ms")],
    ["it is huge", new Error("the answer is longer than 524288 bytes")],
    ["it answers HTML", { body: "<!doctype html><title>Sign in</title>" }],
    ["it fails", { status: 500, body: JSON.stringify({ keys: [key("x")] }) }],
    ["it redirects", { status: 302 }],
    ["it has no keys", { body: "{}" }],
    ["it is null", { body: "null" }],
    ["its keys are no list", { body: '{"keys":{"0":{}}}' }],
    ["it has only a secret", { body: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}' }],
    ["it has only a key to encrypt with", { body: JSON.stringify({ keys: [{ ...key("x"), use: "enc" }] }) }],
  ];

  it.each(bad)("are none if they were never read: %s", async (_what, said) => {
    world.says = () => said;
    expect(await known()).toBeUndefined();
    expect(world.warnings).toEqual(["the keys of an issuer cannot be read"]);
    // It is left alone for a while, and then asked again.
    expect(await known()).toBeUndefined();
    expect(world.questions).toHaveLength(1);
    world.clock += 3_000;
    world.says = () => setOf("a");
    expect(await known()).toEqual(["a"]);
  });

  it.each(bad)("are the last good ones: %s", async (_what, said) => {
    world.says = () => setOf("a");
    await known();
    world.says = () => said;
    for (let time = 0; time < 5; time++) {
      minutes(11);
      expect(await known()).toEqual(["a"]);
      await new Promise(setImmediate);
    }
    expect(world.questions).toHaveLength(6);
    expect(world.warnings).toHaveLength(5);
  });
});

describe("a key that is not among them", () => {
  const again = async () => {
    const before = await keysKnown(URL_OF_KEYS, world);
    if (!before) throw new Error("no keys");
    return (await keysReadAgain(URL_OF_KEYS, before, world))?.keys.map(({ kid }) => kid);
  };

  it("has them read again, but not for each request with a made-up one", async () => {
    world.says = () => setOf("a");
    await known();
    world.clock += 29_000;
    expect(await again()).toBeUndefined();
    expect(world.questions).toHaveLength(1);
    world.clock += 1_000;
    world.says = () => setOf("a", "b");
    expect(await again()).toEqual(["a", "b"]);
    expect(await again()).toBeUndefined();
    expect(world.questions).toHaveLength(2);
  });

  it("is waited for by all who have one", async () => {
    world.says = () => setOf("a");
    await known();
    world.clock += 30_000;
    world.says = () => setOf("b");
    expect(await Promise.all([again(), again()])).toEqual([["b"], ["b"]]);
    expect(world.questions).toHaveLength(2);
  });
});
