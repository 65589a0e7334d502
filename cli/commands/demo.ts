// headgate demo (`npm start`): three mock origins, and the edge in front of them with sites/demo.yaml.
import path from "node:path";
import type { Command } from "commander";
import { DEFAULT_PORT, isFree, parsePort } from "../command-arguments.ts";
import { devUntilTold, terminalNews } from "../dev/in-terminal.ts";
import { EXIT_CODE_HELP } from "../ending.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { shipped } from "../project.ts";
import { NO_ORIGIN_FILES, NO_ORIGIN_MATERIAL } from "../standalone/origin-material.ts";

interface Options {
  readonly port: number;
  readonly persistTo?: string;
}

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("run a demo: three mock origins, the edge in front of them, and commands to try")
    .option("--port <N>", "the port of the edge; another one is used if it is taken", parsePort, DEFAULT_PORT)
    .option(
      "--persist-to <DIR>",
      "keep the local store in this folder, as wrangler does (default: a new one that ends with the run)",
    )
    .addHelpText("after", `\nExample:\n  npx headgate demo --port 8080\n${EXIT_CODE_HELP}`)
    .action(async ({ port, persistTo }: Options) => {
      // Only the demo and the tests use the mock origins, so no other command loads them.
      const { startDemoOrigins } = await import("../demo-origins.ts");
      const origins = await startDemoOrigins();
      const dev = {
        configFile: shipped("wrangler.toml"),
        folder: path.relative(process.cwd(), shipped("sites")) || ".",
        host: "127.0.0.1",
        port: (await isFree("127.0.0.1", port)) ? port : 0,
        origins: { files: NO_ORIGIN_FILES, material: NO_ORIGIN_MATERIAL },
        stateFolder: persistTo === undefined ? undefined : path.resolve(persistTo),
        adapt: origins.adapt,
        tell: terminalNews({ stdout: process.stdout, stderr: process.stderr }),
      };
      const [first] = origins.all;
      await devUntilTold(dev, ({ url }) => {
        for (const { name, url: at } of origins.all) console.error(`origin ${name} on ${at}`);
        if (first) console.error(page(url, first.url));
      });
      await origins.stop();
    });
}

function page(edge: string, origin: string): string {
  const paint = paintFor(process.stderr);
  const tries = whatToTry(edge, origin).map(
    ({ shows, command }) => `${paint("dim", `# ${shows}`)}\n${command}\n`,
  );
  return `
${paint("bold", `The edge is on ${edge}, configured by sites/demo.yaml. Try these in another terminal:`)}

${tries.join("\n")}
Edit sites/demo.yaml while it runs. Ctrl-C ends everything.
`;
}

interface Try {
  readonly shows: string;
  readonly command: string;
}

/**
 * What a newcomer should type. Each line shows one feature and says what to look for. `edge` and `origin` are URLs without a trailing slash. `origin`
 * is the origin called a.
 */
function whatToTry(edge: string, origin: string): Try[] {
  return [
    {
      shows: "weighted balancing: a gives three answers for each one from b",
      command: `for i in 1 2 3 4 5 6 7 8; do curl -s ${edge}/count; echo; done`,
    },
    {
      shows:
        "a rewrite: the origin echoes the request that it received, with its inner path and the client's address",
      command: `curl -s '${edge}/api/users?id=7&utm_source=mail'`,
    },
    {
      shows: "a redirect, with the query kept",
      command: `curl -sI '${edge}/old/page?x=1'`,
    },
    {
      shows: "the cache: the second answer has the same count, an Age, and Cache-Status says hit",
      command: `for i in 1 2; do curl -si ${edge}/cached/x | grep -iE 'count|^age|cache-status'; echo; done`,
    },
    {
      shows: "security headers, also on an answer that the edge makes itself",
      command: `curl -si ${edge}/hello/you`,
    },
    {
      shows: "failover: a fails, b answers, and Proxy-Status tells what happened",
      command: `curl -s -X POST ${origin}/sick; for i in 1 2 3 4; do curl -si ${edge}/count | grep -iE 'count|proxy-status'; echo; done; curl -s -X POST ${origin}/well`,
    },
  ];
}
