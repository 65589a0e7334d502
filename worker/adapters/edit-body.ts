// Edits a body while it streams: texts by their bytes, HTML by the platform's parser.
import type { EditTransform, HtmlEdits, Inject } from "../delivery/edits/edit-transform.ts";
import { MAPPED_ATTRIBUTES, mountedAttribute, mountedRefresh } from "../delivery/edits/mounted-attributes.ts";
import { type TextEdit, TextEditor } from "../delivery/edits/text-editor.ts";

type Bytes = ReadableStream<Uint8Array>;

export function editBody(body: Bytes, { texts, html, contentType }: EditTransform): Bytes {
  const edited = texts.length === 0 ? body : body.pipeThrough(editingTexts(texts));
  return html ? editHtml(edited, html, contentType) : edited;
}

function editingTexts(edits: readonly TextEdit[]): TransformStream<Uint8Array, Uint8Array> {
  const editor = new TextEditor(edits);
  const send = (text: string, to: TransformStreamDefaultController<Uint8Array>) => {
    if (text !== "") to.enqueue(toBytes(text));
  };
  return new TransformStream({
    transform: (chunk, to) => send(editor.edit(fromBytes(chunk)), to),
    flush: (to) => send(editor.end(), to),
  });
}

/** As many arguments as a call may safely have. */
const AT_ONCE = 8_192;

/** One character for each byte. */
function fromBytes(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += AT_ONCE)
    text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return text;
}

function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function editHtml(body: Bytes, { inject, mounted }: HtmlEdits, contentType: string): Bytes {
  const rewriter = new HTMLRewriter();
  if (mounted) mountHtml(rewriter, mounted);
  if (inject) injectInto(rewriter, inject);
  const { body: edited } = rewriter.transform(
    new Response(body, { headers: { "content-type": contentType } }),
  );
  if (edited === null) throw new Error("the parser has made no body of a body");
  return edited;
}

function mountHtml(rewriter: HTMLRewriter, { place, css }: NonNullable<HtmlEdits["mounted"]>): void {
  for (const attribute of MAPPED_ATTRIBUTES) {
    rewriter.on(`[${attribute.replace(":", "\\:")}]`, {
      element(element) {
        changeAttribute(element, attribute, (value) =>
          mountedAttribute(element.tagName.toLowerCase(), attribute, value, place),
        );
      },
    });
  }
  rewriter.on("meta[http-equiv][content]", {
    element(element) {
      if (element.getAttribute("http-equiv")?.trim().toLowerCase() !== "refresh") return;
      changeAttribute(element, "content", (value) => mountedRefresh(value, place));
    },
  });
  rewriter.on("[style]", {
    element(element) {
      changeAttribute(element, "style", (value) => {
        const editor = new TextEditor([css]);
        return editor.edit(value) + editor.end();
      });
    },
  });
  let editor = new TextEditor([css]);
  rewriter.on("style", {
    text(chunk) {
      const text = editor.edit(chunk.text) + (chunk.lastInTextNode ? editor.end() : "");
      if (chunk.lastInTextNode) editor = new TextEditor([css]);
      chunk.replace(text, { html: true });
    },
  });
}

function changeAttribute(element: Element, name: string, change: (value: string) => string): void {
  const value = element.getAttribute(name);
  if (value === null) return;
  const changed = change(value);
  if (changed !== value) element.setAttribute(name, changed);
}

const AS_HTML = { html: true };

function injectInto(rewriter: HTMLRewriter, { headStart, headEnd, bodyStart, bodyEnd }: Inject): void {
  const around = (tag: "head" | "body", start: string | undefined, end: string | undefined) => {
    if (start === undefined && end === undefined) return;
    let isDone = false;
    rewriter.on(tag, {
      element(element) {
        if (isDone) return; // a second one is an error of the page, which browsers ignore
        isDone = true;
        if (start !== undefined) element.prepend(start, AS_HTML);
        if (end !== undefined) element.append(end, AS_HTML);
      },
    });
  };
  around("head", headStart, headEnd);
  around("body", bodyStart, bodyEnd);
}
