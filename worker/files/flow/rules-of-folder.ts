// The rules that a folder brings along. They are read again after a while, and parsed again only if they have changed. Flow.
import { ok } from "../../../shared/result.ts";
import { HEADERS_FILE, REDIRECTS_FILE } from "../file-place.ts";
import type { RulesOfFolder } from "../folder-shelf.ts";
import { readFieldRules } from "../headers-file.ts";
import { readRedirects } from "../redirects-file.ts";
import type { RuleFault } from "../rule-lines.ts";
import type { FilePorts, Found } from "./find-file.ts";

export async function rulesOfFolder(folder: string, ports: FilePorts): Found<RulesOfFolder> {
  const { files, folders } = ports;
  const now = ports.now();
  const held = folders.get(folder);
  if (held && now - held.readAt < files.rulesForMs) return ok(held);
  const [redirects, fields] = await Promise.all([
    files.readText(folder, REDIRECTS_FILE),
    files.readText(folder, HEADERS_FILE),
  ]);
  if (!redirects.ok) return redirects;
  if (!fields.ok) return fields;
  const texts = { redirectsText: redirects.value ?? "", fieldsText: fields.value ?? "" };
  const read = {
    readAt: now,
    ...texts,
    redirects:
      held?.redirectsText === texts.redirectsText
        ? held.redirects
        : told(readRedirects(texts.redirectsText), `${folder}/${REDIRECTS_FILE}`, ports),
    fields:
      held?.fieldsText === texts.fieldsText
        ? held.fields
        : told(readFieldRules(texts.fieldsText), `${folder}/${HEADERS_FILE}`, ports),
  };
  folders.set(folder, read);
  return ok(read);
}

/** What cannot be followed is told once, when it is read. */
function told<Rules extends { readonly faults: readonly RuleFault[] }>(
  rules: Rules,
  file: string,
  { log }: FilePorts,
): Rules {
  const { faults } = rules;
  if (faults.length > 0)
    log.warn(`rules of ${file} cannot be followed; the others hold`, {
      count: faults.length,
      faults: faults.slice(0, MAX_TOLD).map(({ line, message }) => `line ${line}: ${message}`),
    });
  return rules;
}

const MAX_TOLD = 10;
