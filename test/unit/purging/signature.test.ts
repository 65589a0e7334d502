// Is a request to purge signed as it has to be? RFC 9421 §2.3, §2.5 and §3.2.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signatureFields } from "../../../cli/signing/sign-request.ts";
import { claimedSignature, splitTarget, type ToVerify } from "../../../worker/purging/signature.ts";

const NOW = 1_800_000_000_000;
const SECONDS = NOW / 1_000;
const SIGNATURE = "AAAA";

interface Options {
  readonly params?: string;
  readonly covers?: string;
  readonly headers?: Record<string, string>;
  readonly url?: string;
}
const WHOLE = `"@method" "@authority" "@path" "@query"`;

function request({
  covers = WHOLE,
  params = `created=${SECONDS}`,
  headers = {},
  url = "https://a.test/b?c",
}: Options = {}): ToVerify {
  const signing = { "signature-input": `sig=(${covers});${params}`, signature: `sig=:${SIGNATURE}:` };
  const fields = new Headers({ ...signing, ...headers });
  return { method: "PURGE", scheme: "https", authority: "a.test", ...splitTarget(url), headers: fields };
}
const claimed = (options: Options = {}) =>
  claimedSignature(request(options), { withinMs: 300_000, now: NOW });
const baseOf = (options: Options = {}) => {
  const read = claimed(options);
  if (!read.ok) throw new Error(read.error);
  return read.value.base;
};

describe("the signature base", () => {
  it("has a line for each component, and the parameters last", () => {
    expect(claimed()).toEqual({
      ok: true,
      value: {
        base: [
          `"@method": PURGE`,
          `"@authority": a.test`,
          `"@path": /b`,
          `"@query": ?c`,
          `"@signature-params": (${WHOLE});created=${SECONDS}`,
        ].join("\n"),
        signature: SIGNATURE,
      },
    });
  });

  it("has the URL as it was sent", () => {
    expect(baseOf({ covers: `"@method" "@target-uri"`, url: "https://a.test/%7Eb/../c?d=%20" })).toContain(
      `"@target-uri": https://a.test/%7Eb/../c?d=%20\n`,
    );
    expect(baseOf({ covers: `"@method" "@scheme" "@target-uri"` })).toContain(`"@scheme": https\n`);
  });

  it("has a question mark for an empty query", () => {
    expect(baseOf({ url: "https://a.test/b" })).toContain(`"@query": ?\n`);
    expect(baseOf({ url: "https://a.test" })).toContain(`"@path": /\n`);
  });

  it("has fields by their names, and nothing for one that is absent", () => {
    const covers = `${WHOLE} "cache-tags" "date"`;
    expect(baseOf({ covers, headers: { "cache-tags": "  a,b " } })).toContain(
      `"cache-tags": a,b\n"date": \n`,
    );
  });

  it("is what RFC 9421 and the command line sign", () => {
    const key = "k".repeat(64);
    const url = new URL("https://a.test/b?c");
    const fields = [["cache-tags", "a b"]] as const;
    const lines = signatureFields({ method: "PURGE", url, fields, createdSeconds: SECONDS }, key);
    const signing = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
    const read = claimedSignature(
      { ...request(), headers: new Headers({ ...signing, "cache-tags": "a b" }) },
      { withinMs: 1, now: NOW },
    );
    if (!read.ok) throw new Error(read.error);
    expect(createHmac("sha256", key).update(read.value.base).digest("base64")).toBe(read.value.signature);
  });
});

describe("a signature counts only if", () => {
  it.each([`"@method" "@target-uri"`, `"@target-uri" "date" "@method"`, WHOLE])(
    "it covers the method and the URL: %s does",
    (covers) => {
      expect(claimed({ covers }).ok).toBe(true);
    },
  );

  it.each([
    `"@authority" "@path" "@query"`,
    `"@method" "@path" "@query"`,
    `"@method" "@authority" "@query"`,
    `"@method" "@authority" "@path"`,
    "",
  ])("it covers the method and the URL: %s does not", (covers) => {
    expect(claimed({ covers })).toEqual({ ok: false, error: "covers-too-little" });
  });

  it("it covers the query if there is one", () => {
    const covers = `"@method" "@authority" "@path"`;
    expect(claimed({ covers, url: "https://a.test/b" }).ok).toBe(true);
    expect(claimed({ covers, url: "https://a.test/b?" })).toEqual({ ok: false, error: "covers-too-little" });
  });

  it.each(["cache-tags", "xkey-softpurge", "x-host", "x-url", "fastly-soft-purge", "x-purge-method"])(
    "it covers %s, which says what is purged",
    (name) => {
      const headers = { [name]: "a" };
      expect(claimed({ headers })).toEqual({ ok: false, error: "covers-too-little" });
      expect(claimed({ headers, covers: `${WHOLE} "${name}"` }).ok).toBe(true);
    },
  );

  const times: [what: string, params: string, error: string | undefined][] = [
    ["it is young", `created=${SECONDS - 300}`, undefined],
    ["it is not too old", `created=${SECONDS - 301}`, "signed-too-long-ago"],
    ["clocks differ a little", `created=${SECONDS + 60}`, undefined],
    ["it is not of the future", `created=${SECONDS + 61}`, "signed-in-the-future"],
    ["it has not expired", `created=${SECONDS};expires=${SECONDS}`, undefined],
    ["it is not past its own end", `created=${SECONDS};expires=${SECONDS - 1}`, "signed-too-long-ago"],
    ["it says when it was made", `keyid="a"`, "signature-unreadable"],
    ["its time is a number of seconds", `created="${SECONDS}"`, "signature-unreadable"],
    ["its time is whole", `created=${SECONDS}.5`, "signature-unreadable"],
    ["its end is a time", `created=${SECONDS};expires="never"`, "signature-unreadable"],
    ["its algorithm is ours", `created=${SECONDS};alg="hmac-sha256"`, undefined],
    ["its algorithm is no other", `created=${SECONDS};alg="none"`, "other-algorithm"],
    ["its algorithm is no other, either", `created=${SECONDS};alg="rsa-pss-sha512"`, "other-algorithm"],
    ["other parameters are signed with it", `created=${SECONDS};nonce="b3";keyid="x";tag="y"`, undefined],
  ];
  it.each(times)("%s: %s", (_what, params, error) => {
    const read = claimed({ params });
    expect(read.ok ? undefined : read.error).toBe(error);
  });

  it.each([
    [{ "signature-input": "" }, "signature-unreadable"],
    [{ "signature-input": "sig" }, "signature-unreadable"],
    [{ "signature-input": "sig=(@method);created=1" }, "signature-unreadable"],
    [{ "signature-input": `sig=("@method";req);created=${SECONDS}` }, "signature-unreadable"],
    [{ "signature-input": `sig=("@status");created=${SECONDS}` }, "signature-unreadable"],
    [
      { "signature-input": `sig=("@method" "@method" "@target-uri");created=${SECONDS}` },
      "signature-unreadable",
    ],
    [{ "signature-input": `sig=("X-Host");created=${SECONDS}` }, "signature-unreadable"],
    [{ "signature-input": `other=(${WHOLE});created=${SECONDS}` }, "signature-unreadable"],
    [{ signature: "sig=AAAA" }, "signature-unreadable"],
    [{ signature: "sig=:not base64:" }, "signature-unreadable"],
    [{ signature: `sig=:${"A".repeat(4_096)}:` }, "signature-unreadable"],
  ])("it can be read: %o", (headers: Record<string, string>, error) => {
    expect(claimed({ headers })).toEqual({ ok: false, error });
  });

  it.each(["signature", "signature-input"])("there is a %s", (name) => {
    const asked = request();
    asked.headers.delete(name);
    expect(claimedSignature(asked, { withinMs: 300_000, now: NOW })).toEqual({
      ok: false,
      error: "not-signed",
    });
  });
});
