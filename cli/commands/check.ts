// headgate check: is every site file valid?
import type { Command } from "commander";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS } from "../ending.ts";
import type { LoadedSite } from "../judge-file.ts";
import { DEFAULT_SITES, type LoadedSites } from "../load-sites.ts";
import { countProblems, plural, problemData, problemList, warningList } from "../printing/problem-list.ts";
import { type Paint, paintFor } from "../printing/terminal-text.ts";
import { type FormatOptions, formatted, withFormats } from "../reporting/formats.ts";
import { reportOfCheck } from "../reporting/report.ts";
import { secretsMissingHere } from "../secrets/secrets-known.ts";

const EXAMPLES = `
Examples:
  npx headgate check sites/demo.yaml
  npx headgate check --format github
`;

interface CheckOptions extends FormatOptions {
  readonly secrets?: string;
}

export function addCheckCommand(program: Command): void {
  withFormats(
    program
      .command("check")
      .description("report every problem in the site files, and how to fix it")
      .argument("[FILE...]", `site files, or folders of them (default: ${DEFAULT_SITES}/)`)
      .addHelpText("after", `${EXAMPLES}${EXIT_CODE_HELP}`),
  )
    .option("--secrets <FILE>", "warn of secrets that the sites name and this file and the environment lack")
    .action(async (paths: string[], { format, json, secrets }: CheckOptions, command: Command) => {
      const named = await sitesNamed(paths, command);
      const missing = await secretsMissingHere(named, secrets, command);
      const loaded = { ...named, warnings: [...named.warnings, ...missing] };
      const report = json
        ? JSON.stringify(checkData(loaded), null, 2)
        : (formatted(reportOfCheck(loaded), format) ?? checkText(loaded, paintFor(process.stdout)));
      if (report !== "") console.log(report);
      if (loaded.problems.length > 0) process.exitCode = PROBLEMS;
    });
}

function checkText(loaded: LoadedSites, paint: Paint): string {
  const { problems, warnings } = loaded;
  return [
    ...validSites(loaded).map((site) => goodLine(site, paint)),
    ...(warnings.length > 0 ? [warningList(warnings, paint)] : []),
    ...(problems.length > 0 ? [problemList(problems, paint), paint("red", countProblems(problems))] : []),
  ].join("\n");
}

function goodLine({ file, site, version }: LoadedSite, paint: Paint): string {
  const counts = [
    plural(site.routes.length, "route"),
    plural(Object.keys(site.pools).length, "pool"),
    plural(site.tests.length, "test"),
  ];
  return `${paint("green", file)}  ${site.hosts.join(", ")} · ${counts.join(", ")} · version ${version}`;
}

function checkData(loaded: LoadedSites): unknown {
  return {
    ok: loaded.problems.length === 0,
    files: validSites(loaded).map(({ file, site, version }) => ({
      file,
      hosts: site.hosts,
      routes: site.routes.length,
      pools: Object.keys(site.pools).length,
      tests: site.tests.length,
      version,
    })),
    problems: loaded.problems.map(problemData),
    warnings: loaded.warnings.map(problemData),
  };
}

/** A host that two files name is a problem of a site that is valid by itself. */
function validSites({ sites, problems }: LoadedSites): LoadedSite[] {
  const faulty = new Set(problems.map(({ file }) => file));
  return sites.filter(({ file }) => !faulty.has(file));
}
