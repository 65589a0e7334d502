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
    .option("--json", "print it as JSON (docs/commands.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(run);
}

interface Options {
  readonly key?: true;
  readonly json?: true;
}

async function run({ key: wantsKey, json }: Options, command: Command): Promise<void> {
  if (wantsKey) {
    const { key, sha256 } = makeKey();
    console.log(json ? asJson({ key, sha256 }) : `key     ${key}\nsha256  ${sha256}`);
    return;
  }
  const password = await readPassword(process.stdin, "Password: ");
  if (!password)
    command.error("error: there is no password; write it to the input", { exitCode: WRONG_USAGE });
  const hash = hashPassword(password);
  console.log(json ? asJson({ hash }) : hash);
}

const asJson = (data: Readonly<Record<string, string>>): string => JSON.stringify(data, null, 2);
