import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { LoadedSite } from "../../../cli/judge-file.ts";
import { type News, newsOn } from "../../../cli/live/news.ts";
import { documented } from "../../support/documented.ts";
import { validSite } from "../site/fixtures.ts";

const site = validSite({ hosts: ["a.test"], routes: [{ id: "hello", respond: {} }] });
const loaded = { file: "sites/a.yaml", version: "1234", site } as LoadedSite;
const problem = { file: "sites/a.yaml", line: 2, column: 3, path: "hosts", message: "is empty" };
const inData = { ...problem, hint: null };

const EVENTS: [what: string, tell: (news: News) => void, data: object][] = [
  ["live", (news) => news.live(loaded), { file: "sites/a.yaml", hosts: ["a.test"], version: "1234" }],
  ["gone", (news) => news.gone("sites/a.yaml"), { file: "sites/a.yaml" }],
  ["mended", (news) => news.mended("sites/a.yaml"), { file: "sites/a.yaml" }],
  ["problems", (news) => news.problems([problem], new Set([problem.file])), { problems: [inData] }],
  ["warnings", (news) => news.warnings([problem]), { warnings: [inData] }],
  ["not-started", (news) => news.notStarted([problem]), { problems: [inData] }],
  ["trouble", (news) => news.trouble("no such folder"), { message: "no such folder" }],
  ["notice", (news) => news.notice("a process ended"), { message: "a process ended" }],
  ["error", (news) => news.error("the port is in use"), { message: "the port is in use" }],
  [
    "ready",
    (news) => news.ready(["ready on http://a"], { urls: ["http://a"], healthUrl: null }),
    { urls: ["http://a"], healthUrl: null },
  ],
];

/** What is told on a stream that is no terminal. */
function told(isJson: true | undefined, tell: (news: News) => void): string {
  const stderr = new PassThrough();
  tell(newsOn(stderr as unknown as NodeJS.WriteStream, isJson));
  return String(stderr.read() ?? "");
}

describe("news as data", () => {
  it("are those that docs/commands.md lists, with their keys", () => {
    const keysOf = (data: unknown) => Object.keys(data as object);
    const listed = documented("events").map((line) => [(line as { event: string }).event, keysOf(line)]);
    const emitted = EVENTS.map(([event, tell]) => [event, keysOf(JSON.parse(told(true, tell)))]);
    const output = ["output", ["time", "event", "text", "data"]];
    expect(new Map([...emitted, output] as [string, string[]][])).toEqual(
      new Map(listed as [string, string[]][]),
    );
  });

  it.each(EVENTS)("has its own shape: %s", (event, tell, data) => {
    const text = told(true, tell);
    expect(text).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(text)).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/), event, ...data });
  });

  it.each<[line: string, data: object | null]>([
    ["workerd is out of paper", null],
    ['{"level":"warn","message":"slow"}', { level: "warn", message: "slow" }],
    ["12", null],
    ["null", null],
  ])("has what other processes print: %s", (line, data) => {
    let text = "";
    told(true, (news) => {
      text = news.output(line);
    });
    expect(JSON.parse(text)).toEqual({ time: expect.any(String), event: "output", text: line, data });
  });
});

describe("news as text", () => {
  it.each(EVENTS)("is for people: %s", (_event, tell) => {
    expect(told(undefined, tell)).toMatch(/^[^{].*\n$/s);
  });

  it.each([
    [["sites/a.yaml"], "the last good version stays live"],
    [[], "nothing of it is served"],
  ])("says what stays if %j is served", (served, words) => {
    expect(told(undefined, (news) => news.problems([problem], new Set(served)))).toContain(
      `1 problem in 1 file; ${words}\n`,
    );
  });

  it("leaves alone what other processes print", () => {
    told(undefined, (news) => expect(news.output('{"a":1}')).toBe('{"a":1}'));
  });
});
