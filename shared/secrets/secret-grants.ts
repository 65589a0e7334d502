// Which sites may use which secrets? A site file sends what it names wherever it likes.
import { type Grants, readGrantsIn } from "../grants.ts";
import type { Result } from "../result.ts";
import { isSecretName } from "../site/secret-name.ts";

const SECRETS_FOR = { variable: "HEADGATE_SECRETS_FOR", what: "NAME", isName: isSecretName };

/** Undefined if every site may use every secret. The error is a sentence. */
export const readGrants = (text: string | undefined): Result<Grants | undefined, string> =>
  readGrantsIn(text, SECRETS_FOR);
