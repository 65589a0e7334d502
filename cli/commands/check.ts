// headgate check: is every site file valid?
import type { Command } from "commander";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS } from "../ending.ts";
import { DEFAULT_SITES, type LoadedSite } from "../load-sites.ts";
import { countProblems, plural, problemList, warningList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";

export function addCheckCommand(program: Command): void {
  program
    .command("check")
    .description("report every problem in the site files, and how to fix it")
    .argument("[FILE...]", `site files, or folders of them (default: ${DEFAULT_SITES}/)`)
    .addHelpText("after", `\nExample:\n  npx headgate check sites/demo.yaml\n${EXIT_CODE_HELP}`)
    .action(async (paths: string[], _options: unknown, command: Command) => {
      const { sites, problems, warnings } = await sitesNamed(paths, command);
      const paint = paintFor(process.stdout);
      const faulty = new Set(problems.map(({ file }) => file));
      for (const site of sites) if (!faulty.has(site.file)) console.log(goodLine(site));
      if (warnings.length > 0) console.log(warningList(warnings, paint));
      if (problems.length === 0) return;
      console.log(problemList(problems, paint));
      console.log(paint("red", countProblems(problems)));
      process.exitCode = PROBLEMS;
    });
}

function goodLine({ file, site, version }: LoadedSite): string {
  const counts = [
    plural(site.routes.length, "route"),
    plural(Object.keys(site.pools).length, "pool"),
    plural(site.tests.length, "test"),
  ];
  return `${file}  ${site.hosts.join(", ")} · ${counts.join(", ")} · version ${version}`;
}
