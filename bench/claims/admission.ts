// What it costs to let a request in. Measured on memory hits, where everything else is cheap: by an address list of a thousand ranges, and
// by a signed token whose issuer's keys are at hand and that was verified a moment ago, as nearly all requests of a client with a
// token are.
import { createSign, generateKeyPairSync } from "node:crypto";
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT } from "../origin.ts";
import { type Changes, HOST, oneSite } from "../sites.ts";

const ISSUER = "https://id.bench.test";
const AUDIENCE = "bench";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });

/** Good for a day. */
function token(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  const text = `${part({ alg: "RS256", kid: "1" })}.${part({ iss: ISSUER, aud: AUDIENCE, sub: "ann", iat: now, exp: now + 86_400 })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}

const BY_TOKEN: Changes = {
  auth: {
    jwt: {
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1" }] as never,
    },
    fields: { "x-user": "sub" },
  },
  routes: [{ id: "rest", to: "web", cache: { ttl: "1h" } }],
};

const BY_LIST: Changes = {
  lists: { many: { ranges: Array.from({ length: 1_000 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`) } },
  access: { deny: { list: "many" } },
};

const contender = (name: string, changes: Changes, headers: Record<string, string> = {}) => ({
  name,
  work: { ...askFor(KEPT, "10k"), headers: { Host: HOST, ...headers } },
  start: (bench: Parameters<typeof onWorkerd>[1]) =>
    onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, changes) }, bench),
});

export const admission = contest({
  name: "admission",
  title: "10 KB hit in memory, behind rules",
  contenders: [
    contender("open", {}),
    contender("address list", BY_LIST),
    contender("token", BY_TOKEN, { Authorization: `Bearer ${token()}` }),
  ],
  comparisons: [
    { of: "address list", to: "open" },
    { of: "token", to: "open" },
  ],
});
