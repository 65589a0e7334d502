import { execFileSync } from "node:child_process";
import { pbkdf2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { objectionToPasswordHash, readPasswordHash } from "../../../../shared/site/auth/password-hash.ts";
import { isPassword } from "../../../../worker/adapters/passwords.ts";

const SILENT = { warn: () => {} };
const check = async (password: string, text: string) => {
  const hash = readPasswordHash(text);
  if (!hash) throw new Error("not read");
  return isPassword(password, hash, SILENT);
};

// bcrypt: the vectors of Openwall's crypt_blowfish. The others: what `openssl passwd` and `htpasswd -s` print.
const RIGHT: [kind: string, password: string, hash: string][] = [
  ["bcrypt", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  ["bcrypt of htpasswd -B", "U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  ["bcrypt, empty", "", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"],
  [
    "bcrypt, longer than it reads",
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
    "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
  ],
  ["apr1", "my pass", "$apr1$abcdefgh$6OCyqdzrIelCX7/LTV86J/"],
  ["sha256-crypt", "Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"],
  [
    "sha256-crypt that says its rounds",
    "Hello world!",
    "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA",
  ],
  [
    "sha512-crypt",
    "Hello world!",
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
  ],
  ["SHA-1", "secret", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="],
];

describe("the hash of a password", () => {
  it.each(RIGHT)("is that of its password: %s", async (_kind, password, hash) => {
    expect(await check(password, hash)).toBe(true);
    expect(await check(`${password}x`, hash)).toBe(password.length > 72);
    expect(objectionToPasswordHash(hash)).toBeUndefined();
  });

  it("is made by PBKDF2 as others make it", async () => {
    const salt = Buffer.from("a salt of 16 byt");
    const hash = pbkdf2Sync("pass wörd", salt, 20_000, 32, "sha256");
    const bare = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    const text = `$pbkdf2-sha256$i=20000$${bare(salt)}$${bare(hash)}`;
    expect(await check("pass wörd", text)).toBe(true);
    expect(await check("pass word", text)).toBe(false);
  });

  it.each([1, 15, 16, 17, 63, 64, 65, 100])(
    "of %i characters is what openssl makes of it",
    async (length) => {
      const password = "päss-word ".repeat(20).slice(0, length);
      for (const kind of ["-apr1", "-5", "-6"]) {
        const text = execFileSync("openssl", ["passwd", kind, "-salt", "Ab./9", password], {
          encoding: "utf8",
        });
        expect(await check(password, text.trim()), kind).toBe(true);
      }
    },
  );

  it.each([
    ["a password", "secret", /not a hash/],
    ["MD5 of crypt(3)", "$1$abcdefgh$G//4keteveJp0qb8z2DxG/", /not a hash/],
    ["a bcrypt that takes seconds", RIGHT[0]?.[2].replace("$05$", "$12$") ?? "", /a cost of 12/],
    [
      "PBKDF2 with few rounds",
      "$pbkdf2-sha256$i=1000$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      /fewer/,
    ],
    [
      "PBKDF2 with more than the platform does",
      "$pbkdf2-sha256$i=600000$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      /more than 100000/,
    ],
    ["a hash by SHA-512 in a million rounds", `$6$rounds=999999$salt$${"a".repeat(86)}`, /999999 rounds/],
    ["a hash that has been cut", "$apr1$abcdefgh$6OCyqdzr", /not a hash/],
  ])("is refused, without being repeated: %s", (_what, text, says) => {
    const objection = objectionToPasswordHash(text);
    expect(objection).toMatch(says);
    expect(objection).not.toContain(text);
  });
});
