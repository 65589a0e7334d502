// headgate sign: signs a link or a cookie, or a request to purge, or makes the key with which others sign.
import { type Command, InvalidArgumentError } from "commander";
import { EXIT_CODE_HELP, WRONG_USAGE } from "../ending.ts";
import { type Field, type SignOptions, signed, signedData } from "../signing/signing-wish.ts";

const NOTES = `
With --for it prints a link that is good for so long, for routes with \`auth: { signed: {} }\` (docs/authentication.md): of this URL
alone, or with --prefix of all below it. --cookie prints a cookie in its place. The secret is HEADGATE_SECRET, or the variable that
--secret names.

With --method it prints the two header fields that make a signed request to purge, for sites with \`purgeRequests\` (docs/purging.md). Every field that
says what is purged has to be signed, so name it here as it will be sent. The secret comes from HEADGATE_SECRET; or the key of the
site, which --key prints, from HEADGATE_PURGE_KEY.

Examples:
  npx headgate sign --for 1h https://shop.example.com/invoices/17.pdf
  npx headgate sign --for 1d --prefix --cookie --subject ann https://shop.example.com/videos/
  npx headgate sign --method PURGE https://shop.example.com/page > fields && curl -X PURGE -H @fields https://shop.example.com/page
  npx headgate sign --method BAN --header "Cache-Tags: product-42" https://shop.example.com/
  npx headgate sign --key --site shop.example.com
`;

export function addSignCommand(program: Command): void {
  program
    .command("sign")
    .description("sign a link, or a request to purge")
    .argument("[URL]", "what is signed")
    .option("--for <DURATION>", "sign a link that is good for so long: 1h")
    .option("--prefix", "for all URLs below this one, which ends in a slash")
    .option("--ip <ADDRESS>", "only for clients with this address")
    .option("--subject <NAME>", "who it is for: the claim `sub`")
    .option("--cookie", "print a cookie in place of a link")
    .option("--name <NAME>", "the parameter or cookie, if the site names another than hg-signed")
    .option(
      "--secret <VARIABLE>",
      "the variable that has the secret, if the site names another than the root secret",
    )
    .option("--method <METHOD>", "PURGE or BAN")
    .option("--header <FIELD>", "a further field that is sent: `Cache-Tags: product-42`", readField, [])
    .option("--site <NAME>", "the first host of the site (default: the host of the URL)")
    .option("--key", "print the key with which requests to this site are signed")
    .option("--json", "print it as JSON (docs/commands.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(run);
}

interface Options extends SignOptions {
  readonly json?: true;
}

function run(text: string | undefined, { json, ...options }: Options, command: Command): void {
  const lines = signed(text, options, { env: process.env, nowMs: Date.now() });
  if (!lines.ok) command.error(`error: ${lines.error}`, { exitCode: WRONG_USAGE });
  if (json) console.log(JSON.stringify(signedData(lines.value, options), null, 2));
  else for (const line of lines.value) console.log(line);
}

/** Each name once: the values of a field that is sent twice would have to be joined first. */
function readField(text: string, before: readonly Field[]): readonly Field[] {
  const [, name = "", value = ""] = /^([\w-]+):[ \t]*([\x20-\x7e\t]*?)[ \t]*$/.exec(text) ?? [];
  if (name === "") throw new InvalidArgumentError('Write "NAME: VALUE".');
  const lower = name.toLowerCase();
  if (before.some(([other]) => other === lower)) throw new InvalidArgumentError(`${name} is named twice.`);
  return [...before, [lower, value]];
}
