// Sites that differ in nothing but their hosts, and their texts as a push stores them.
import type { LoadedSite } from "../../../../cli/judge-file.ts";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";
import { checkedBody, checkedText } from "../../../../shared/site/stored.ts";

export function sitesWith(files: readonly (readonly string[])[]): LoadedSite[] {
  return files.map((hosts) => {
    const source = JSON.stringify({ hosts, routes: [{ id: "all", respond: { body: "hello" } }] });
    const read = readSiteFile(source, "site.json");
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const { site, json } = read.value;
    const text = checkedText(checkedBody(site, json, "v1"), "0");
    return { ...read.value, file: `${hosts[0]}.json`, version: "v1", stored: text, source };
  });
}

export const stored = (hosts: readonly string[]): string => sitesWith([hosts])[0]?.stored ?? "";
