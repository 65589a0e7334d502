// What is edited in the bodies of a route, in words.
import type { BodyEdits } from "./body-edits.ts";

export function tellEdits({ base, named, texts, inject }: BodyEdits): string[] {
  const places = Object.keys(inject ?? {});
  return [
    ...(base === "" ? [] : [`paths are shown under ${base}`]),
    ...(named.length === 0
      ? []
      : [`URLs of ${named.map(({ host }) => host).join(", ")} become those of the edge`]),
    ...(texts.length === 0
      ? []
      : [`${texts.length} ${texts.length === 1 ? "text is" : "texts are"} replaced`]),
    ...(places.length === 0 ? [] : [`HTML is put in at ${places.join(", ")}`]),
  ];
}
