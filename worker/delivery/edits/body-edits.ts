// What is edited in the bodies of a route's responses, and in which of them?
import { compileGlob, type Glob } from "../../../shared/glob.ts";
import { shortHash } from "../../../shared/short-hash.ts";
import type { EditsConfig } from "../../../shared/site/edits-schema.ts";
import type { SeenAs } from "../../../shared/site/endpoint.ts";
import type { OriginPlace } from "../../rewriting/from-origin.ts";
import { encodingOf, forbidsTransforms, isCoded, isHtml, mediaTypeOf, typeForParser } from "../content.ts";
import type { EditTransform, Inject } from "./edit-transform.ts";
import { mountedCss } from "./mounted-css.ts";
import { type NamedPlace, originUrls, type PublicPlace } from "./origin-urls.ts";
import { exactly, type TextEdit } from "./text-editor.ts";

/** Compiled once per route. */
export interface BodyEdits {
  readonly types: readonly Glob[];
  /** The names of origins whose URLs are replaced; empty if none are. */
  readonly named: readonly (Pick<NamedPlace, "basePath"> & { readonly host: string | "keep" })[];
  readonly texts: readonly TextEdit[];
  readonly inject: Inject | null;
  /** The path under which the origin is shown, or "". */
  readonly base: string;
  /** Differs between two ways of editing: it is part of the entity tags of what was edited. */
  readonly mark: string;
}

/** Those of every pool of the route. */
export type Named = Pick<OriginPlace, "host" | "basePath"> & { readonly seenAs?: SeenAs };

/** Null if nothing is edited. */
export function compileBodyEdits(
  config: EditsConfig | undefined,
  base: string,
  origins: readonly Named[],
): BodyEdits | null {
  if (config === undefined && base === "") return null;
  const named = config?.originUrls || base !== "" ? origins.flatMap(namesOf) : [];
  const types = config?.types ?? MOUNTED_TYPES;
  return {
    types: types.map((type) => compileGlob(type.toLowerCase())),
    named,
    texts: (config?.replace ?? []).map(({ from, to }) => literally(asBytes(from), asBytes(to))),
    inject: config?.inject ?? null,
    base,
    mark: shortHash(JSON.stringify([config ?? null, base, named])),
  };
}

/** An origin that is only mounted names its paths in these. */
const MOUNTED_TYPES = ["text/html", "application/xhtml+xml", "text/css"];

function namesOf({ host, basePath, seenAs }: Named): BodyEdits["named"] {
  const own = { host, basePath };
  if (!seenAs) return [own];
  return [own, { host: seenAs === "keep" ? "keep" : seenAs.name, basePath }];
}

const literally = (from: string, to: string): TextEdit => ({
  pattern: exactly(from),
  longest: from.length,
  replacement: () => to,
});

/** UTF-8, one character for each byte. */
const asBytes = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

/** Whether a response with these fields is edited. */
export function isEdited(edits: BodyEdits, headers: Headers): boolean {
  const type = mediaTypeOf(headers);
  return (
    edits.types.some((matches) => matches(type)) &&
    encodingOf(headers) !== undefined &&
    !isCoded(headers) &&
    !forbidsTransforms(headers)
  );
}

/** The edits for a response with these fields; undefined if it is not edited. */
export function editsFor(
  edits: BodyEdits,
  headers: Headers,
  client: Omit<PublicPlace, "base">,
): EditTransform | undefined {
  if (!isEdited(edits, headers)) return undefined;
  const contentType = typeForParser(encodingOf(headers) ?? "utf-8");
  const type = mediaTypeOf(headers);
  const place = { scheme: client.scheme, authority: client.authority, base: edits.base };
  const css = edits.base === "" ? undefined : mountedCss(edits.base);
  const mounted = css ? { place, css } : null;
  const texts = [...urlsOf(edits, place), ...edits.texts, ...(css && type === "text/css" ? [css] : [])];
  const html = isHtml(type) && (mounted || edits.inject) ? { inject: edits.inject, mounted } : null;
  return texts.length === 0 && !html ? undefined : { name: "edit", texts, html, contentType };
}

function urlsOf({ named, base }: BodyEdits, place: PublicPlace): TextEdit[] {
  if (named.length === 0) return [];
  const places = named.map(({ host, basePath }) => ({
    host: host === "keep" ? place.authority : host,
    basePath,
  }));
  // An origin that knows the public host leaves out the base, unless it knows that too.
  return [originUrls(base === "" ? places : [...places, { host: place.authority, basePath: base }], place)];
}

/** A body that was edited in another way is another representation, and the same way gives the same bytes. */
export function editedTag(etag: string, { mark }: BodyEdits): string {
  const opaque = /^(?:W\/)?"([^"]*)"$/.exec(etag)?.[1];
  return opaque === undefined ? "" : `W/"${opaque}-${mark}"`;
}
