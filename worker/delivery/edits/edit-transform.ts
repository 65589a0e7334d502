// The edits of one response, as an adapter carries them out.
import type { EditsConfig } from "../../../shared/site/edits-schema.ts";
import type { PublicPlace } from "./origin-urls.ts";
import type { TextEdit } from "./text-editor.ts";

export type Inject = NonNullable<EditsConfig["inject"]>;

export interface EditTransform {
  readonly name: "edit";
  readonly texts: readonly TextEdit[];
  /** Null if the body is no HTML. */
  readonly html: HtmlEdits | null;
  /** What tells the parser the encoding. */
  readonly contentType: string;
}

export interface HtmlEdits {
  readonly inject: Inject | null;
  /** Null if the origin is not mounted. */
  readonly mounted: { readonly place: PublicPlace; readonly css: TextEdit } | null;
}
