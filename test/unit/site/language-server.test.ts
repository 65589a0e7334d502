// What people see of shared/site.schema.json in an editor: the YAML language server that VS Code, JetBrains and Vim use.

import { describe, expect, it } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { stringify } from "yaml";
import { getLanguageService, type LanguageService } from "yaml-language-server";
import { SettingsState } from "yaml-language-server/out/server/src/yamlSettings.js";
import { editorSchema } from "../../../cli/generate/editor-schema.ts";
import { siteJsonSchema } from "../../../cli/generate/site-json-schema.ts";
import { RICH } from "./rich-site.ts";

describe("a language server", () => {
  it("finds no fault in a file that is right, and those of another at their lines", async () => {
    expect(await faultsIn("right.yaml", stringify(RICH))).toEqual([]);
    const wrong = `hosts: [shop.example.com]
pools:
  web:
    origins: [{ id: a, url: "ftp://a.example.net" }]
    timeout: { total: 1 hour }
routes:
  - id: nothing
  - id: both
    to: web
    respond: {}
  - id: in-vain
    respond: {}
    cache: off
  - id: slip
    to: web
    cach: off
`;
    expect((await faultsIn("wrong.yaml", wrong)).map((fault) => fault.replace(/"\^.*/, "…"))).toEqual([
      "4: String does not match the pattern of …",
      "5: String does not match the pattern of …",
      '7: Missing property "to".',
      "8: Matches multiple schemas when only one must validate.",
      "13: Property cache is not allowed.",
      "16: Property cach is not allowed.",
    ]);
  });

  it("explains every key in words", { timeout: 60_000 }, async () => {
    const { service, document, lines } = opened("explained.yaml", stringify(RICH));
    let explained = 0;
    for (const [line, text] of lines.entries()) {
      const shown = await service.doHover(document, { line, character: Math.max(0, text.search(/[\w$]/)) });
      const words = JSON.stringify(shown?.contents ?? "");
      expect(words, text).not.toContain("[object");
      if (shown) explained++;
    }
    expect(explained).toBeGreaterThan(100);
  });

  it("offers nothing without a name", { timeout: 60_000 }, async () => {
    const { service, document, lines } = opened("completed.yaml", `${stringify(RICH)}\n`);
    let offered = 0;
    for (const [line, text] of lines.entries()) {
      for (const character of [Math.max(0, text.search(/\S/)), text.length]) {
        const { items } = await service.doComplete(document, { line, character }, false);
        expect(JSON.stringify(items), text).not.toContain("[object");
        offered += items.length;
      }
    }
    expect(offered).toBeGreaterThan(500);
  });
});

interface Opened {
  readonly service: LanguageService;
  readonly document: TextDocument;
  readonly lines: readonly string[];
}

/** The server remembers a document by its name. */
function opened(name: string, text: string): Opened {
  const document = TextDocument.create(`file:///${name}`, "yaml", 1, text);
  const settings = new SettingsState();
  Object.assign(settings, { documents: { get: () => document, all: () => [document] } });
  const service = getLanguageService({
    schemaRequestService: (uri) => Promise.reject(new Error(`asks for ${uri}`)),
    workspaceContext: { resolveRelativePath: (relative) => relative },
    yamlSettings: settings,
    clientCapabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
  });
  const schema = editorSchema(siteJsonSchema());
  const schemas = [{ uri: "file:///site.schema.json", fileMatch: ["*.yaml"], schema }];
  service.configure({ validate: true, hover: true, completion: true, schemas });
  return { service, document, lines: text.split("\n") };
}

async function faultsIn(name: string, text: string): Promise<string[]> {
  const { service, document } = opened(name, text);
  const faults = await service.doValidation(document, false);
  return faults.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
}
