// Where in a folder is looked for the file that a request asks for? Which files there are is known to the edge alone.
import type { FilesExplained } from "../../shared/explain.ts";
import { filePlace } from "../files/file-place.ts";
import { type Look, looksFor } from "../files/looks.ts";
import type { OriginAsk } from "../message.ts";
import type { ProxyAction } from "../site.ts";

interface Forwarded {
  readonly action: ProxyAction;
  readonly throughPool: ProxyAction | null;
  readonly ask: OriginAsk;
}

/** Null if no folder is asked. */
export function explainFiles({ action, throughPool, ask }: Forwarded): FilesExplained | null {
  const rules = action.pool.origins.find((origin) => origin.files)?.files;
  if (!rules) return null;
  const path = ask.target.replace(/\?.*/s, "");
  return {
    folder: rules.folder,
    looks: looksFor(path, rules).map((look) => ({ name: look.name, answer: whatThen(look) })),
    isImmutable: filePlace(path) !== undefined && rules.isImmutable(path),
    otherwise: throughPool ? `pool ${throughPool.pool.id}` : "404 no-file",
  };
}

function whatThen(look: Look): string {
  if (look.kind === "add-slash") return `301 to ${look.location}`;
  return String(look.status);
}
