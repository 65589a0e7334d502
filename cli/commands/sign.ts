// headgate sign: signs a request to purge, or makes the key with which others sign.
import { type Command, InvalidArgumentError } from "commander";
import { EXIT_CODE_HELP, WRONG_USAGE } from "../ending.ts";
import { type Field, type SignOptions, signed } from "../signing/signing-wish.ts";

const NOTES = `
Prints the two header fields that make it a signed request, for sites with \`purgeRequests\` (docs/purging.md). Every field that
says what is purged has to be signed, so name it here as it will be sent. The secret comes from HEADGATE_SECRET; or the key of the
site, which --key prints, from HEADGATE_PURGE_KEY.

Examples:
  npx headgate sign --method PURGE https://shop.example.com/page > fields && curl -X PURGE -H @fields https://shop.example.com/page
  npx headgate sign --method BAN --header "Cache-Tags: product-42" https://shop.example.com/
  npx headgate sign --key --site shop.example.com
`;

export function addSignCommand(program: Command): void {
  program
    .command("sign")
    .description("sign a request to purge")
    .argument("[URL]", "where the request goes")
    .option("--method <METHOD>", "PURGE or BAN")
    .option("--header <FIELD>", "a further field that is sent: `Cache-Tags: product-42`", readField, [])
    .option("--site <NAME>", "the first host of the site (default: the host of the URL)")
    .option("--key", "print the key with which requests to this site are signed")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(run);
}

function run(text: string | undefined, options: SignOptions, command: Command): void {
  const lines = signed(text, options, { env: process.env, nowMs: Date.now() });
  if (!lines.ok) command.error(`error: ${lines.error}`, { exitCode: WRONG_USAGE });
  for (const line of lines.value) console.log(line);
}

/** Each name once: the values of a field that is sent twice would have to be joined first. */
function readField(text: string, before: readonly Field[]): readonly Field[] {
  const [, name = "", value = ""] = /^([\w-]+):[ \t]*([\x20-\x7e\t]*?)[ \t]*$/.exec(text) ?? [];
  if (name === "") throw new InvalidArgumentError('Write "NAME: VALUE".');
  const lower = name.toLowerCase();
  if (before.some(([other]) => other === lower)) throw new InvalidArgumentError(`${name} is named twice.`);
  return [...before, [lower, value]];
}
