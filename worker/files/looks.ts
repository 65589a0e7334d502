// Where is looked for the file of a path, and in which order? Pure, so `explain` tells the same.
import { type FilePlace, filePlace, isPlaceOfApp } from "./file-place.ts";
import type { FilesRules } from "./files-rules.ts";

/** A name below the folder, and what becomes of the request if there is such a file. */
export type Look =
  /** `named`: it is the very file that the path names. */
  | { readonly name: string; readonly kind: "answer"; readonly status: 200 | 404; readonly named: boolean }
  /** A folder, of which the path lacks the slash at its end: relative links of its index would lead elsewhere. */
  | { readonly name: string; readonly kind: "add-slash"; readonly location: string };

export function looksFor(path: string, rules: FilesRules): Look[] {
  const place = filePlace(path);
  const looks: Look[] = place ? (place.isFolder ? ofFolder(place, rules) : ofFile(place, rules)) : [];
  if (rules.spa !== null && isPlaceOfApp(path)) looks.push(answer(rules.spa));
  if (rules.notFound !== null) looks.push({ ...answer(rules.notFound), status: 404 });
  return looks;
}

const answer = (name: string) => ({ name, kind: "answer", status: 200, named: false }) as const;

const ofFolder = ({ names }: FilePlace, { index }: FilesRules): Look[] =>
  index === null ? [] : [answer([...names, index].join("/"))];

function ofFile({ names }: FilePlace, { index, cleanUrls }: FilesRules): Look[] {
  const name = names.join("/");
  const last = names.at(-1) ?? "";
  // Relative, so that it holds under whatever path the folder is shown.
  const location = `./${encodeURIComponent(last)}/`;
  return [
    { ...answer(name), named: true },
    ...(cleanUrls ? [answer(`${name}.html`)] : []),
    ...(index === null ? [] : [{ name: `${name}/${index}`, kind: "add-slash", location } as const]),
  ];
}
