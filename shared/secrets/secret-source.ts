// Where does the value of `${secret:NAME}` come from? From a variable of the edge with a prefix of its own, so that no site file can name a
// binding that is not meant for sites, such as HEADGATE_ADMIN_TOKEN.
import { type Grants, isGranted } from "../grants.ts";
import { err, type Result } from "../result.ts";
import { isSecretName } from "../site/secret-name.ts";
import { readGrants } from "./secret-grants.ts";
import { type SecretUse, secretAs } from "./secret-value.ts";

export const SECRET_PREFIX = "HEADGATE_SECRET_";

export const variableOf = (name: string): string => `${SECRET_PREFIX}${name}`;

export interface SecretSource {
  /** Undefined if it is not set. */
  readonly value: (name: string) => unknown;
  /** An error if nobody can say who may use what: then nobody may. */
  readonly grants: Result<Grants | undefined, string>;
}

type Variables = Readonly<Record<string, unknown>>;

/** `given` by an app that embeds the edge, by name, in place of the variables with the prefix. */
export const secretSource = (variables: Variables, given?: Variables): SecretSource => ({
  value: (name) => ownValue(given ?? variables, given ? name : variableOf(name)),
  grants: readGrants(textOf(ownValue(variables, "HEADGATE_SECRETS_FOR"))),
});

/** The error ends a sentence that begins with the secret: `is not set`. It repeats nothing of the value. */
export function secretFor(
  { value, grants }: SecretSource,
  { site, name, use }: { readonly site: string; readonly name: string; readonly use: SecretUse },
): Result<string, string> {
  if (!isSecretName(name)) return err("has a name that no secret can have");
  if (!grants.ok) return err(`may be used by no site: ${grants.error}`);
  if (!isGranted(grants.value, site, name)) return err("may not be used by this site (HEADGATE_SECRETS_FOR)");
  const found = value(name);
  if (found === undefined || found === null) return err("is not set");
  return typeof found === "string" ? secretAs(found, use) : err("is not a text");
}

/** No name that every object has. */
const ownValue = (variables: Variables, name: string): unknown =>
  Object.hasOwn(variables, name) ? variables[name] : undefined;

/** Anything else than a text is no list of grants, and must not be taken for none. */
const textOf = (value: unknown): string | undefined =>
  value === undefined || typeof value === "string" ? value : "?";
