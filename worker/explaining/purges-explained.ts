// What does a request to purge name, in words? Pure.
import type { PurgeCommand } from "../keeping/purge-command.ts";
import type { PurgeTarget } from "../keeping/purge-target.ts";
import type { CompiledSite } from "../site.ts";

export const explainPurges = (purges: readonly PurgeCommand[], { name }: CompiledSite): readonly string[] =>
  purges.map(({ what, mode }) => `${mode}: ${namedBy(what, name)}`);

function namedBy(what: PurgeTarget, site: string): string {
  switch (what.by) {
    case "url":
      return what.key;
    case "prefix":
      return `what is below ${what.host}${what.path}`;
    case "tag":
      return `what has the tag ${what.tag} on ${what.host ?? site}`;
    case "host":
      return `everything on ${what.host}`;
    case "all":
      return `everything of ${site}`;
  }
}
