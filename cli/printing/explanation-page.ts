// An explanation as a page to read, in the order in which a request is processed.
import type { FullExplanation, RoutePassedOver } from "../../shared/explain.ts";
import { nearest } from "../../worker/explaining/passed-over.ts";
import { answerRows, cacheRows, logRows, originRows, rewriteRows } from "./stage-rows.ts";
import { formatRows, type Paint, type Row } from "./terminal-text.ts";

/** Of thousands of routes that do not match, this many are shown. */
const ROUTES_SHOWN = 8;

export function explanationPage(
  explanation: FullExplanation,
  file: string | undefined,
  paint: Paint,
): string {
  const rows = [
    ...requestRows(explanation),
    ...siteRows(explanation, file),
    ...routeRows(explanation),
    ...admitRows(explanation),
    ...rewriteRows(explanation),
    ...cacheRows(explanation),
    ...originRows(explanation),
    ...answerRows(explanation),
    ...logRows(explanation),
  ];
  return formatRows(rows, paint);
}

function requestRows({ request }: FullExplanation): Row[] {
  if (!request) return [];
  const { ip, country } = request.client;
  const client = country === null ? ip : `${ip} in ${country}`;
  return [{ label: "request", text: `${request.method} ${request.url}`, note: `from ${client}` }];
}

function siteRows({ site }: FullExplanation, file: string | undefined): Row[] {
  if (!site) return [];
  const version = `version ${site.version}`;
  return [{ label: "site", text: site.name, note: file === undefined ? version : `${file} · ${version}` }];
}

function routeRows({ site, route, refusedAt, passedOver }: FullExplanation): Row[] {
  if (!site) return [];
  return [{ label: "route", ...whichRoute(route, refusedAt) }, ...passedOverRows(passedOver)];
}

function whichRoute(route: FullExplanation["route"], refusedAt: string | null): Row {
  if (!route)
    return {
      text: "none",
      ...(refusedAt !== null && { note: `${refusedAt} would match, but refuses this path` }),
    };
  const captures = Object.entries(route.captures).map(([name, value]) => `${name} = ${value}`);
  return { text: route.id, note: [route.patterns.join(" or "), ...captures].join(" · ") };
}

function passedOverRows(routes: readonly RoutePassedOver[]): Row[] {
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

function admitRows({ route, refusal }: FullExplanation): Row[] {
  if (!route) return [];
  return [refusal ? { label: "admit", text: "no", note: refusal.reason } : { label: "admit", text: "yes" }];
}
