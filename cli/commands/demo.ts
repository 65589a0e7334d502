// headgate demo (`npm start`): three mock origins, and the edge in front of them with sites/demo.yaml.
import path from "node:path";
import type { Command } from "commander";
import { whatToTry } from "../demo/what-to-try.ts";
import { newsOn } from "../dev/dev-news.ts";
import { devUntilTold } from "../dev/dev-until-told.ts";
import { EXIT_CODE_HELP } from "../exit-codes.ts";
import { isFree } from "../free-port.ts";
import { paintFor } from "../paint.ts";
import { DEFAULT_PORT, parsePort } from "../port-option.ts";
import { shipped } from "../project.ts";

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
      const { startDemoOrigins } = await import("../demo/demo-origins.ts");
      const origins = await startDemoOrigins();
      const dev = {
        configFile: shipped("wrangler.toml"),
        folder: path.relative(process.cwd(), shipped("sites")) || ".",
        host: "127.0.0.1",
        port: (await isFree("127.0.0.1", port)) ? port : 0,
        stateFolder: persistTo === undefined ? undefined : path.resolve(persistTo),
        adapt: origins.adapt,
        tell: newsOn(process.stdout, process.stderr),
      };
      const [first] = origins.all;
      await devUntilTold(dev, (url) => {
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
