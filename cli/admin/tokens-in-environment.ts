// Whom does the admin API of `serve` and `dev` let in? The tokens of the environment. Only their hashes are handed on, so that no
// secret is in a file, in the arguments of a process or in the memory of the edge.
import { createHash } from "node:crypto";
import { SCOPES } from "../../shared/admin/scopes.ts";
import { MIN_TOKEN_LENGTH, readTokens, writeToken } from "../../shared/admin/tokens.ts";
import { err, ok, type Result } from "../../shared/result.ts";

/** As HEADGATE_ADMIN_TOKENS. The error is a sentence. */
export function tokensInEnvironment(env: NodeJS.ProcessEnv = process.env): Result<string, string> {
  const { HEADGATE_ADMIN_TOKEN: secret, HEADGATE_ADMIN_TOKENS: hashes } = env;
  if (!secret && !hashes)
    return err(
      "--admin-port needs a token: set HEADGATE_ADMIN_TOKEN, for example to what `openssl rand -hex 32` prints",
    );
  if (secret && secret.length < MIN_TOKEN_LENGTH)
    return err(`HEADGATE_ADMIN_TOKEN is shorter than ${MIN_TOKEN_LENGTH} characters`);
  const known = readTokens(hashes ?? "");
  if (!known.ok) return err(`HEADGATE_ADMIN_TOKENS: ${known.error}`);
  const sha256 = createHash("sha256")
    .update(secret ?? "")
    .digest("hex");
  const tokens = secret ? [{ name: "admin", scopes: SCOPES, sha256 }, ...known.value] : known.value;
  return ok(tokens.map(writeToken).join(" "));
}
