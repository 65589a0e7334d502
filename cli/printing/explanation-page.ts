// An explanation as a page to read, in the order in which a request is processed.
import type { AdmissionExplained, FullExplanation, RoutePassedOver } from "../../shared/explain.ts";
import { nearest } from "../../worker/explaining/passed-over.ts";
import { formatShare } from "../versioning/share.ts";
import type { ExplainRow } from "./explain-row.ts";
import { fileRows } from "./file-rows.ts";
import { originRows } from "./origin-rows.ts";
import { plural } from "./problem-list.ts";
import { answerRows, cacheRows, logRows, rewriteRows } from "./stage-rows.ts";
import { formatRows, type Paint } from "./terminal-text.ts";

/** Of thousands of routes that do not match, this many are shown. */
const ROUTES_SHOWN = 8;

export interface PageOptions {
  readonly file: string | undefined;
  readonly detail: "short" | "verbose";
}

export function explanationPage(
  explanation: FullExplanation,
  { file, detail }: PageOptions,
  paint: Paint,
): string {
  const rows = [
    ...requestRows(explanation),
    ...siteRows(explanation, file),
    ...(explanation.purges ? purgeRows(explanation.purges) : routeRows(explanation)),
    ...admitRows(explanation),
    ...rewriteRows(explanation),
    ...cacheRows(explanation),
    ...fileRows(explanation),
    ...originRows(explanation),
    ...answerRows(explanation),
    ...logRows(explanation),
  ];
  return formatRows(detail === "verbose" ? rows : shortened(rows), paint);
}

/** What the details come to stands in the notes. */
const shortened = (rows: readonly ExplainRow[]): ExplainRow[] =>
  rows
    .filter(({ isDetail }) => !isDetail)
    .map((row) => {
      const notes = [row.note, row.inShort].filter((part) => part !== undefined);
      return notes.length > 0 ? { ...row, note: notes.join(" · ") } : row;
    });

function requestRows({ request }: FullExplanation): ExplainRow[] {
  if (!request) return [];
  const { ip, country } = request.client;
  const client = country === null ? ip : `${ip} in ${country}`;
  return [{ label: "request", text: `${request.method} ${request.url}`, note: `from ${client}` }];
}

function siteRows({ site }: FullExplanation, file: string | undefined): ExplainRow[] {
  if (!site) return [];
  const { rollout } = site;
  const which =
    rollout && `${rollout.took}: the next one is for ${formatShare(rollout.share)} of the clients`;
  const notes = [file, `version ${site.version}`, which].filter((note) => note !== undefined);
  return [{ label: "site", text: site.name, note: notes.join(" · ") }];
}

const purgeRows = (purges: readonly string[]): ExplainRow[] =>
  purges.map((text, index) => ({
    ...(index === 0 && { label: "purge", note: "if the request is signed or has a token of the site" }),
    text,
  }));

function routeRows({ site, route, refusedAt, passedOver }: FullExplanation): ExplainRow[] {
  if (!site) return [];
  const head = { label: "route", ...whichRoute(route, refusedAt) };
  const others = passedOverRows(passedOver);
  if (!route && refusedAt === null) return [head, ...others]; // why no route takes it is the answer
  const isOne = passedOver.length === 1;
  const inShort = `${plural(passedOver.length, "earlier route")} ${isOne ? "does" : "do"} not match`;
  return [
    { ...head, ...(passedOver.length > 0 && { inShort }) },
    ...others.map((row): ExplainRow => ({ ...row, isDetail: true })),
  ];
}

function whichRoute(route: FullExplanation["route"], refusedAt: string | null): ExplainRow {
  if (!route)
    return {
      text: "none",
      ...(refusedAt !== null && { note: `${refusedAt} would match, but refuses this path` }),
    };
  const captures = Object.entries(route.captures).map(([name, value]) => `${name} = ${value}`);
  return { text: route.id, note: [route.patterns.join(" or "), ...captures].join(" · ") };
}

function passedOverRows(routes: readonly RoutePassedOver[]): ExplainRow[] {
  const shown = nearest(routes, ROUTES_SHOWN);
  const rows = shown.flatMap(({ id, mismatches }) =>
    mismatches.map(({ condition, wants, found }, index) => ({
      text: index === 0 ? `not ${id}` : "",
      note: `${condition}: wants ${wants}, found ${found}`,
    })),
  );
  const more = routes.length - shown.length;
  return more > 0
    ? [...rows, { text: `and ${more} more`, note: "less similar; --json lists them all" }]
    : rows;
}

function admitRows({ route, refusal, admission }: FullExplanation): ExplainRow[] {
  if (!route) return [];
  return [
    refusal
      ? { label: "admit", text: "no", note: refusal.reason, style: "red" }
      : { label: "admit", text: "yes", style: "green" },
    ...admission.map(questionRow),
  ];
}

function questionRow({ name, which, wants, verdict, because }: AdmissionExplained): ExplainRow {
  const row = {
    text: `${which === undefined ? name : `${name} ${which}:`} ${wants}`,
    note: because === null ? verdict : `${verdict}: ${because}`,
  };
  return verdict === "pass" ? { ...row, isDetail: true } : row;
}
