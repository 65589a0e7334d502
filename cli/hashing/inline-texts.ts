// Which scripts and styles stand in an HTML page itself, as a browser reads it, and what of it no hash can allow? Pure.
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

export interface InlineTexts {
  readonly scripts: ReadonlySet<string>;
  readonly styles: ReadonlySet<string>;
  /** Event handlers, style attributes and javascript: URLs. A policy with hashes stops them. */
  readonly stopped: Stopped;
}

export interface Stopped {
  handlers: number;
  styleAttributes: number;
  scriptUrls: number;
}

/** How deep pages within pages (`srcdoc`) are read. They are under the policy of the page around them. */
const DEEPEST = 5;

export function inlineTexts(html: string): InlineTexts {
  const found = {
    scripts: new Set<string>(),
    styles: new Set<string>(),
    stopped: { handlers: 0, styleAttributes: 0, scriptUrls: 0 },
  };
  addPage(html, found, 0);
  // Without scripts, a browser reads what is in <noscript>: its styles need a hash as well.
  const unscripted = parse(html, { scriptingEnabled: false });
  for (const element of elementsOf(unscripted))
    if (element.tagName === "style") found.styles.add(textOf(element));
  return found;
}

type Found = { scripts: Set<string>; styles: Set<string>; readonly stopped: Stopped };

function addPage(html: string, found: Found, depth: number): void {
  const { scripts, styles, stopped } = found;
  for (const element of elementsOf(parse(html))) {
    const attribute = (name: string) => element.attrs.find((one) => one.name === name)?.value;
    if (element.tagName === "script" && isInlineScript(attribute)) scripts.add(textOf(element));
    if (element.tagName === "style") styles.add(textOf(element));
    const within = element.tagName === "iframe" ? attribute("srcdoc") : undefined;
    if (within !== undefined && depth < DEEPEST) addPage(within, found, depth + 1);
    for (const { name, value } of element.attrs) {
      if (/^on[a-z]/.test(name)) stopped.handlers++;
      else if (name === "style") stopped.styleAttributes++;
      else if (URL_ATTRIBUTES.has(name) && isScriptUrl(value)) stopped.scriptUrls++;
    }
  }
}

/** As the URL Standard reads it: without tabs and line breaks, and without what comes before. */
const isScriptUrl = (url: string): boolean => /^[\0- ]*javascript:/i.test(url.replace(/[\t\n\r]/g, ""));

const URL_ATTRIBUTES: ReadonlySet<string> = new Set(["href", "src", "action", "formaction"]);

/** Not what only carries data, such as JSON (HTML Standard, "prepare the script element"). Nothing runs of an empty one. */
function isInlineScript(attribute: (name: string) => string | undefined): boolean {
  if (attribute("src") !== undefined || attribute("href") !== undefined) return false; // href in SVG
  const type = attribute("type")?.trim().toLowerCase();
  return type === undefined || type === "" || OTHER_SCRIPTS.has(type) || JAVASCRIPT.test(type);
}

const OTHER_SCRIPTS: ReadonlySet<string> = new Set(["module", "importmap", "speculationrules"]);
/** MIME Sniffing Standard §4.6. */
const JAVASCRIPT =
  /^(?:(?:application|text)\/(?:x-)?(?:java|ecma)script|text\/(?:javascript1\.[0-5]|jscript|livescript))$/;

/** Not recursive: a page may be nested as deep as it likes. */
function* elementsOf(document: Node): Generator<Element> {
  const open: Node[] = [document];
  for (let node = open.pop(); node; node = open.pop()) {
    if (defaultTreeAdapter.isElementNode(node)) yield node;
    if ("childNodes" in node) open.push(...node.childNodes.toReversed());
    if ("content" in node) open.push(node.content); // of a template, which a script may put into the page
  }
}

const textOf = ({ childNodes }: Element): string =>
  childNodes.map((child) => (defaultTreeAdapter.isTextNode(child) ? child.value : "")).join("");
