// Every value that a Cookie field gives to a name. All of them, since an origin may take the first or the last:
// `not: { cookie: { role: admin } }` must see the one that the origin will see.
import { parse } from "hono/utils/cookie";

export function cookieValues(field: string | null, name: string): string[] {
  if (field === null || !field.includes(name)) return [];
  return field.split(";").flatMap((pair) => {
    const value = parse(pair.trim(), name)[name];
    return value === undefined ? [] : [value];
  });
}
