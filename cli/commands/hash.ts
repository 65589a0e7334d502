// headgate hash: makes what a site file has in place of a password or a key.
import type { Command } from "commander";
import { EXIT_CODE_HELP, WRONG_USAGE } from "../ending.ts";
import { hashPassword, makeKey } from "../hashing/hash-password.ts";
import { readPassword } from "../hashing/read-password.ts";

const NOTES = `
Reads the password from the terminal, where it is not shown, or the first line of the input, and prints its hash for
\`auth: { basic: { users: … } }\` (docs/authentication.md). With --key it makes a random key and prints it with its hash for
\`auth: { key: { keys: … } }\`: give the key to the client, and keep it nowhere.

Examples:
  npx headgate hash --key
  npx headgate hash < password.txt
`;

export function addHashCommand(program: Command): void {
  program
    .command("hash")
    .description("make the hash of a password, or a key")
    .option("--key", "make a random key, and its hash")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(run);
}

async function run({ key: wantsKey }: { readonly key?: true }, command: Command): Promise<void> {
  if (wantsKey) {
    const { key, sha256 } = makeKey();
    console.log(`key     ${key}\nsha256  ${sha256}`);
    return;
  }
  const password = await readPassword(process.stdin, "Password: ");
  if (!password)
    command.error("error: there is no password; write it to the input", { exitCode: WRONG_USAGE });
  console.log(hashPassword(password));
}
