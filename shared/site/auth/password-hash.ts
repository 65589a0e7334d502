// The hash of a password, as `headgate hash` and htpasswd write it. The edge computes each kind; those that cost it more CPU time
// than a request may have are refused here.

export type PasswordHash =
  | {
      readonly kind: "pbkdf2";
      readonly iterations: number;
      /** In Base64 without padding, like the hash. */
      readonly salt: string;
      readonly hash: string;
    }
  /** `$2y$05$` and 53 characters. */
  | { readonly kind: "bcrypt"; readonly cost: number; readonly salt: string; readonly text: string }
  /** The password is hashed over and over by MD5, SHA-256 or SHA-512. */
  | {
      readonly kind: "apr1" | "sha256-crypt" | "sha512-crypt";
      readonly rounds: number;
      readonly salt: string;
      readonly text: string;
    }
  /** One round without a salt. */
  | { readonly kind: "sha1"; readonly hash: string };

/** The platform computes no more rounds of PBKDF2. */
export const MAX_ITERATIONS = 100_000;
/** Fewer protect a password that is not random too little. */
const MIN_ITERATIONS = 10_000;
/** Each step doubles the time: 10 takes about a tenth of a second. */
const MAX_BCRYPT_COST = 10;
const MAX_ROUNDS = 20_000;
const USUAL_ROUNDS = 5_000;

const PBKDF2 = /^\$pbkdf2-sha256\$i=(\d{1,9})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/;
const BCRYPT = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})[./A-Za-z0-9]{31}$/;
const APR1 = /^\$apr1\$([^$\s]{1,8})\$[./A-Za-z0-9]{22}$/;
const SHA_CRYPT = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$\s]{1,16})\$([./A-Za-z0-9]+)$/;
const SHA1 = /^\{SHA\}([A-Za-z0-9+/]{27}=)$/;

/** Undefined if it is none, or one that the edge cannot compute. */
export function readPasswordHash(text: string): PasswordHash | undefined {
  const [, iterations, salt, hash] = PBKDF2.exec(text) ?? [];
  if (salt !== undefined && hash !== undefined)
    return { kind: "pbkdf2", iterations: Number(iterations), salt, hash };
  const [, cost, bcryptSalt] = BCRYPT.exec(text) ?? [];
  if (bcryptSalt !== undefined) return { kind: "bcrypt", cost: Number(cost), salt: bcryptSalt, text };
  const [, aprSalt] = APR1.exec(text) ?? [];
  if (aprSalt !== undefined) return { kind: "apr1", rounds: 1_000, salt: aprSalt, text };
  const [, sha1] = SHA1.exec(text) ?? [];
  return sha1 === undefined ? readShaCrypt(text) : { kind: "sha1", hash: sha1 };
}

function readShaCrypt(text: string): PasswordHash | undefined {
  const [, id, rounds, salt, hash] = SHA_CRYPT.exec(text) ?? [];
  if (salt === undefined || hash?.length !== (id === "5" ? 43 : 86)) return undefined;
  const kind = id === "5" ? "sha256-crypt" : "sha512-crypt";
  return { kind, rounds: rounds === undefined ? USUAL_ROUNDS : Number(rounds), salt, text };
}

/** A sentence. It repeats nothing of the text, which may be a password. */
export function objectionToPasswordHash(text: string): string | undefined {
  const read = readPasswordHash(text);
  if (!read) return "is not a hash that the edge can compute; make one with `headgate hash`";
  switch (read.kind) {
    case "pbkdf2":
      if (read.iterations < MIN_ITERATIONS) return `has fewer than ${MIN_ITERATIONS} iterations`;
      return read.iterations > MAX_ITERATIONS
        ? `has more than ${MAX_ITERATIONS} iterations, which the platform does not compute`
        : undefined;
    case "bcrypt":
      return read.cost < 4 || read.cost > MAX_BCRYPT_COST
        ? `has a cost of ${read.cost}; the edge computes 4 to ${MAX_BCRYPT_COST}: make one with \`headgate hash\``
        : undefined;
    case "sha256-crypt":
    case "sha512-crypt":
      return read.rounds < 1_000 || read.rounds > MAX_ROUNDS
        ? `has ${read.rounds} rounds; the edge computes 1000 to ${MAX_ROUNDS}: make one with \`headgate hash\``
        : undefined;
    case "apr1":
    case "sha1":
      return undefined;
  }
}

/** Whether a guesser computes it so fast that a password of people does not withstand it. */
export const isWeak = ({ kind }: PasswordHash): boolean => kind === "sha1" || kind === "apr1";
