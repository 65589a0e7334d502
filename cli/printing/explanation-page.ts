// An explanation as a page to read, in the order in which things happen to a request.
import type { FullExplanation, RoutePassedOver } from "../../shared/explain.ts";
import { nearest } from "../../worker/explaining/passed-over.ts";
import type { Paint } from "../paint.ts";
import { formatRows, type Row } from "./rows.ts";
import { answerRows, cacheRows, originRows, rewriteRows } from "./stage-rows.ts";

/** Of thousands of routes that do not match, so many are worth reading. */
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

function routeRows({ site, route, passedOver }: FullExplanation): Row[] {
  if (!site) return [];
  const captures = Object.entries(route?.captures ?? {}).map(([name, value]) => `${name} = ${value}`);
  const patterns = route?.patterns.join(" or ") ?? "";
  const first: Row = route
    ? { label: "route", text: route.id, note: [patterns, ...captures].join(" · ") }
    : { label: "route", text: "none" };
  return [first, ...passedOverRows(passedOver)];
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
  return more > 0 ? [...rows, { text: `and ${more} more`, note: "further away; --json has them all" }] : rows;
}

function admitRows({ route, refusal }: FullExplanation): Row[] {
  if (!route) return [];
  return [refusal ? { label: "admit", text: "no", note: refusal.reason } : { label: "admit", text: "yes" }];
}
