// What a command tells on standard error while it runs: sentences for people, or with `--json` an object in each line.
import type { LoadedSites } from "../load-sites.ts";
import { countProblems, problemData, problemList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import type { SiteNews } from "./keep-live.ts";
import { siteNewsOn } from "./site-news.ts";

export interface News extends SiteNews {
  /** Problems that keep the command from starting. */
  notStarted(problems: LoadedSites["problems"]): void;
  /** `lines` for people, and what they say as data. */
  ready(lines: readonly string[], data: Ready): void;
  notice(sentence: string): void;
  error(sentence: string): void;
  /** A line that another process printed, as it should be printed here. */
  output(line: string): string;
}

export interface Ready {
  readonly urls: readonly string[];
  readonly healthUrl: string | null;
  /** If it has an admin API on an address of its own. */
  readonly adminUrl?: string | undefined;
}

export const newsOn = (stderr: NodeJS.WriteStream, isJson: true | undefined): News =>
  isJson ? newsAsData(stderr) : newsAsText(stderr);

function newsAsText(stderr: NodeJS.WriteStream): News {
  const paint = paintFor(stderr);
  const say = (text: string) => void stderr.write(`${text}\n`);
  return {
    ...siteNewsOn(stderr),
    notStarted: (problems) => {
      say(problemList(problems, paint));
      say(`${paint("red", countProblems(problems))}; nothing was started`);
    },
    ready: (lines) => {
      for (const line of lines) say(paint("green", line));
    },
    notice: say,
    error: (sentence) => say(paint("red", `error: ${sentence}`)),
    output: (line) => line,
  };
}

/** Each event, with its fields, is described in docs/commands.md. */
function newsAsData(stderr: NodeJS.WriteStream): News {
  const line = (event: string, data: Readonly<Record<string, unknown>>) =>
    JSON.stringify({ time: new Date().toISOString(), event, ...data });
  const say = (event: string, data: Readonly<Record<string, unknown>>) =>
    void stderr.write(`${line(event, data)}\n`);
  return {
    live: ({ file, site, version }) => say("live", { file, hosts: site.hosts, version }),
    gone: (file) => say("gone", { file }),
    mended: (file) => say("mended", { file }),
    problems: (problems) => say("problems", { problems: problems.map(problemData) }),
    warnings: (warnings) => say("warnings", { warnings: warnings.map(problemData) }),
    trouble: (message) => say("trouble", { message }),
    notStarted: (problems) => say("not-started", { problems: problems.map(problemData) }),
    ready: (_lines, data) => say("ready", { ...data }),
    notice: (message) => say("notice", { message }),
    error: (message) => say("error", { message }),
    output: (text) => line("output", { text, data: asObject(text) }),
  };
}

/** Null if the line is of another kind. */
function asObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
