// Shows on standard error what happens to the site files.
import type { LoadedSite } from "../judge-file.ts";
import { countProblems, problemList, warningList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import type { SiteNews } from "./keep-live.ts";

export function siteNewsOn(stderr: NodeJS.WriteStream): SiteNews {
  const paint = paintFor(stderr);
  const say = (text: string) => void stderr.write(`${text}\n`);
  const at = () => paint("dim", new Date().toLocaleTimeString("en-GB"));
  return {
    live: (site) => say(`${at()} ${paint("green", "live")}  ${describe(site)}`),
    gone: (file) => say(`${at()} ${paint("yellow", "gone")}  ${file}`),
    mended: (file) =>
      say(`${at()} ${paint("green", "fine")}  ${file} has no problem any more; it is served as before`),
    problems: (problems, served) => {
      say(problemList(problems, paint));
      const broken = [...new Set(problems.map(({ file }) => file))];
      const kept = broken.filter((file) => served.has(file)).length;
      say(`${at()} ${paint("red", countProblems(problems))}; ${whatStays(kept, broken.length)}`);
    },
    warnings: (warnings) => say(warningList(warnings, paint)),
    trouble: (sentence) => say(`${at()} ${paint("red", sentence)}`),
  };
}

/** So many of the files have a version that is served. */
function whatStays(kept: number, files: number): string {
  if (kept === files) return "the last good version stays live";
  return kept === 0 ? "nothing of it is served" : "what has a good version stays live";
}

const describe = ({ file, site, version }: LoadedSite): string =>
  `${file}  ${site.hosts.join(", ")} · version ${version}`;
