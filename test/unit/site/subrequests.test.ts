import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { tooManyAttempts } from "../../../shared/site/warnings/subrequests.ts";
import { aSite, WEB } from "./fixtures.ts";

function warnings(attempts: readonly number[], route: object = {}, pool: object = {}): string[] {
  const ids = attempts.map((_, at) => `p${at}`);
  const pools = Object.fromEntries(
    attempts.map((most, at) => [`p${at}`, { ...WEB, retry: { attempts: most }, ...(at === 0 && pool) }]),
  );
  const more = { spare: { ...WEB, retry: { attempts: 5 } } };
  const site = validateSite(
    aSite({ pools: { ...pools, ...more }, routes: [{ id: "rest", to: ids, ...route }] }),
  );
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return tooManyAttempts(site.value).map(({ path, message, onlyOn }) => `${onlyOn}: ${path}: ${message}`);
}

describe("a route whose request may need more than 50 attempts", () => {
  const told = (most: number) => [
    expect.stringContaining(`cloudflare: routes[0].to: a request may need ${most} attempts`),
  ];

  it("is told where its pools have as many", () => {
    expect(warnings([10, 10, 10, 10, 10])).toEqual([]);
    expect(warnings([10, 10, 10, 10, 10, 1])).toEqual(told(51));
  });

  it("is told where a mirror or a sorry pool has the last ones", () => {
    expect(warnings([10, 10, 10, 10, 10], { mirror: { to: "spare" } })).toEqual(told(51));
    expect(warnings([10, 10, 10, 10, 6], {}, { sorry: "spare" })).toEqual(told(51));
    expect(warnings([10, 10, 10, 10, 5], {}, { sorry: "spare" })).toEqual([]);
    expect(warnings([10, 10, 10, 10, 10], {}, { sorry: { respond: { body: "sorry" } } })).toEqual([]);
  });
});
