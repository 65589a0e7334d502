// headgate csp-hashes: what a Content-Security-Policy needs to allow the inline scripts and styles of static pages.
import type { Command } from "commander";
import { EXIT_CODE_HELP, PROBLEMS } from "../ending.ts";
import { asSiteFile, sourcesIn, stoppedIn } from "../hashing/csp-sources.ts";
import { htmlPages } from "../hashing/html-pages.ts";

const NOTES = `
Prints the part of a site file that allows the inline scripts and styles of these pages, and no others
(docs/security-headers.md). After a change to one of them, run it again: another text has another hash.

Examples:
  npx headgate csp-hashes public
  npx headgate csp-hashes https://www.example.com/ https://www.example.com/about
`;

export function addCspHashesCommand(program: Command): void {
  program
    .command("csp-hashes")
    .description("make the hashes by which a policy allows the inline scripts and styles of HTML pages")
    .argument("<places...>", "HTML files, folders of them, or URLs of pages")
    .option("--json", "print them as JSON")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(run);
}

async function run(places: readonly string[], { json }: { readonly json?: true }): Promise<void> {
  const pages = await htmlPages(places);
  if (!pages.ok) {
    console.error(`error: ${pages.error}`);
    process.exitCode = PROBLEMS;
    return;
  }
  const found = sourcesIn(pages.value);
  console.log(json ? JSON.stringify(found, null, 2) : asSiteFile(found));
  for (const line of stoppedIn(pages.value)) console.error(line);
}
