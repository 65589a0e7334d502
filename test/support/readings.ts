// What servers make of a path: they decode it, cut parameters, take a backslash for a slash, merge slashes and resolve dots, in any
// combination. An oracle for generated paths, which knows nothing of the edge's rules.

/** The path of a URL as different servers read it. */
export function readings(url: string): string[] {
  const [sent = ""] = url.split("?");
  let read = [sent];
  for (const step of [decoded, withoutParameters, withSlashes, withoutEnd])
    read = [...read, ...read.map(step)];
  return [
    ...new Set(
      read.flatMap((one) => [one, merged(one), resolved(one), resolved(merged(one)), merged(resolved(one))]),
    ),
  ];
}

const decoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
const withoutParameters = (text: string): string => text.replace(/;[^/\\]*/g, "");
const withSlashes = (text: string): string => text.replaceAll("\\", "/");
/** A C string ends at a NUL. */
const withoutEnd = (text: string): string => text.replace(/\0.*/s, "");
const merged = (text: string): string => text.replace(/\/{2,}/g, "/");

function resolved(text: string): string {
  const segments: string[] = [];
  for (const segment of text.split("/").slice(1)) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
