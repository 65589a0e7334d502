// docs/architecture.md against the code: each word of the glossary is exported where the page says, and each file that
// the page names is there.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "../../..");
const page = readFileSync(path.join(ROOT, "docs/architecture.md"), "utf8");

const glossary = [
  ...page.matchAll(/^\| [^|]+\| [^|]+\| `(worker\/[\w./-]+)`: ((?:`\w+`(?:, )?)+) *\|$/gm),
].map(([, file = "", names = ""]) => [file, [...names.matchAll(/\w+/g)].map(([name]) => name)] as const);

describe("docs/architecture.md", () => {
  it("has a glossary", () => expect(glossary.length).toBeGreaterThan(20));

  it.each(glossary)("%s exports what the glossary says", (file, names) => {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    const missing = names.filter(
      (name) => !new RegExp(`^export (?:interface|type|class|function|const) ${name}\\b`, "m").test(text),
    );
    expect(missing).toEqual([]);
  });

  it("names files and folders that are there", () => {
    const named = [...page.matchAll(/`((?:[a-z-]+\/)+(?:[a-z-]+\.ts)?|[a-z-]+\.ts)`/g)].map(
      ([, name = ""]) => name,
    );
    const isThere = (name: string) =>
      existsSync(path.join(ROOT, name)) || existsSync(path.join(ROOT, "worker", name));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });

  it("links to what is there", () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(path.join(ROOT, "docs", link)))).toEqual([]);
  });
});
