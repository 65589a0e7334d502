// The secrets of sites, from the environment and from the file of `--secrets`. Its form is that of `wrangler secret bulk`: lines
// NAME=VALUE, or JSON. A sentence names the file and never what is in it.
import { readFile, stat } from "node:fs/promises";
import { parseEnv } from "node:util";
import { err, ok, type Result } from "../../shared/result.ts";
import { readGrants } from "../../shared/secrets/secret-grants.ts";
import { SECRET_PREFIX } from "../../shared/secrets/secret-source.ts";
import { isSecretName } from "../../shared/site/secret-name.ts";

export type SecretVariables = Readonly<Record<string, string>>;

export interface SecretsRead {
  /** HEADGATE_SECRET_NAME and HEADGATE_SECRETS_FOR, and no other variable. */
  readonly variables: SecretVariables;
  /** What ought to be mended, in a sentence. */
  readonly concern: string | undefined;
}

/** The file comes before the environment. The error is a sentence. */
export async function readSecrets(
  file: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Result<SecretsRead, string>> {
  const own = variablesIn(env);
  if (file === undefined) return checked({ variables: own, concern: undefined });
  try {
    const { mode, uid } = await stat(file);
    if (isOpenTo(WRITING_BY_OTHERS, mode))
      return err(`${file} can be written by other users; run chmod 600 on it`);
    if (isForeign(uid)) return err(`${file} belongs to another user`);
    const concern = isOpenTo(READING_BY_ALL, mode)
      ? `${file} can be read by every user of this machine; run chmod 600 on it`
      : undefined;
    const read = entriesOf(await readFile(file, "utf8"));
    if (!read) return err(`${file} is neither lines of NAME=VALUE nor a JSON object of texts`);
    return checked({ variables: { ...own, ...variablesIn(read) }, concern });
  } catch (error) {
    return err(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
}

const READING_BY_ALL = 0o004;
const WRITING_BY_OTHERS = 0o022;

/** The system of files of Windows has no such bits. */
const isOpenTo = (bits: number, mode: number): boolean => process.getuid !== undefined && (mode & bits) !== 0;

const isForeign = (uid: number): boolean =>
  process.getuid !== undefined && uid !== 0 && uid !== process.getuid();

function checked(read: SecretsRead): Result<SecretsRead, string> {
  const grants = readGrants(read.variables.HEADGATE_SECRETS_FOR);
  return grants.ok ? ok(read) : grants;
}

function variablesIn(all: Readonly<Record<string, string | undefined>>): SecretVariables {
  const known = Object.entries(all).flatMap(([name, value]): [string, string][] =>
    value !== undefined && isForSites(name) ? [[name, value]] : [],
  );
  return Object.fromEntries(known);
}

const isForSites = (name: string): boolean =>
  name === "HEADGATE_SECRETS_FOR" ||
  (name.startsWith(SECRET_PREFIX) && isSecretName(name.slice(SECRET_PREFIX.length)));

function entriesOf(text: string): Readonly<Record<string, string>> | undefined {
  if (!text.trimStart().startsWith("{")) {
    const lines = parseEnv(text);
    return Object.keys(lines).length > 0 || text.trim() === ""
      ? (lines as Record<string, string>)
      : undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    const isTexts =
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((one) => typeof one === "string");
    return isTexts ? (value as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}

/** What can be read of them now. */
export async function secretsNow(file: string | undefined, env = process.env): Promise<SecretVariables> {
  const read = await readSecrets(file, env);
  return read.ok ? read.value.variables : {};
}
