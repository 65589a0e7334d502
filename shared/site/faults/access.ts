// Do access rules and tests name only lists that the site has?
import type { AccessConfig, ClientsConfig } from "../access-schema.ts";
import { didYouMean } from "../did-you-mean.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

/** The access rules of the site and of its routes, each with its place. */
export function accessRules(site: Site): { readonly keys: Keys; readonly access: AccessConfig }[] {
  const places: [Keys, Site["access"] | "off"][] = [
    [["access"], site.access],
    ...site.routes.map((route, at): [Keys, typeof route.access] => [["routes", at, "access"], route.access]),
  ];
  return places.flatMap(([keys, access]) =>
    access === undefined || access === "off" ? [] : [{ keys, access }],
  );
}

export const clientsNamed = ({
  allow,
  deny,
}: AccessConfig): readonly (readonly [key: "allow" | "deny", clients: ClientsConfig])[] => [
  ...(allow ? [["allow", allow] as const] : []),
  ...(deny ? [["deny", deny] as const] : []),
];

export function accessFaults(site: Site): Problem[] {
  const known = Object.keys(site.lists);
  const named = accessRules(site).flatMap(({ keys, access }) =>
    clientsNamed(access).flatMap(([key, { list = [] }]) =>
      list.map((name, at) => ({
        name,
        keys: list.length === 1 ? [...keys, key, "list"] : [...keys, key, "list", at],
      })),
    ),
  );
  const unknown = named.filter(({ name }) => !Object.hasOwn(site.lists, name));
  return [
    ...readInVain(site),
    ...unknown.map(({ name, keys }) =>
      problemAt(keys, `\`${name}\` is not one of the \`lists\` of this site`, { hint: meant(name, known) }),
    ),
    ...site.tests.flatMap(({ request }, index) =>
      (request.lists ?? []).flatMap((name, at) =>
        testedList(name, ["tests", index, "request", "lists", at], site),
      ),
    ),
  ];
}

function readInVain({ lists }: Site): Problem[] {
  return Object.entries(lists).flatMap(([name, { url, every }]) =>
    url === undefined && every !== undefined
      ? [problemAt(["lists", name, "every"], "has no effect without `url`", { atKey: true })]
      : [],
  );
}

/** What a list in the file has is no matter of belief. That a site has no lists at all is told of its rules. */
function testedList(name: string, keys: Keys, { lists }: Site): Problem[] {
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (list?.url !== undefined) return [];
  if (list)
    return [problemAt(keys, `\`${name}\` is in the file, so a test takes it as it is; remove it here`)];
  if (Object.keys(lists).length === 0) return [];
  const hint = meant(name, Object.keys(lists));
  return [problemAt(keys, `\`${name}\` is not one of the \`lists\` of this site`, { hint })];
}

const meant = (name: string, known: readonly string[]): string =>
  didYouMean(name, known) ?? (known.length === 0 ? "there is none" : `there are: ${known.join(", ")}`);
