// Every reason for which the admin API refuses, its status, and a sentence for who asked.
import type { Scope } from "./scopes.ts";

export type AdminRefusal =
  | { readonly reason: "no-token" }
  | { readonly reason: "unknown-token" }
  | { readonly reason: "scope-missing"; readonly needs: readonly Scope[] }
  | { readonly reason: "cross-site" }
  | { readonly reason: "no-such-operation" }
  | { readonly reason: "wrong-method"; readonly allowed: readonly string[] }
  | { readonly reason: "not-json" }
  | { readonly reason: "body-incomplete" }
  | { readonly reason: "body-too-slow"; readonly afterMs: number }
  | { readonly reason: "body-too-large"; readonly maxBytes: number }
  | { readonly reason: "invalid-input"; readonly problems: readonly InputProblem[] }
  | { readonly reason: "unknown-site"; readonly site: string }
  | { readonly reason: "unknown-host"; readonly host: string }
  | { readonly reason: "unknown-switch"; readonly known: readonly string[] }
  | { readonly reason: "unknown-revision" }
  | ({ readonly reason: "unknown-pool"; readonly pool: string } & Alternatives)
  | ({ readonly reason: "unknown-origin"; readonly pool: string; readonly origin: string } & Alternatives)
  | { readonly reason: "last-origin"; readonly pool: string; readonly origin: string }
  | { readonly reason: "sites-not-listed" }
  | { readonly reason: "sites-unavailable" }
  | { readonly reason: "sites-not-writable" }
  | { readonly reason: "tests-failed"; readonly failures: readonly string[] }
  | { readonly reason: "host-of-another-site"; readonly moves: readonly HostMove[] }
  | { readonly reason: "not-possible"; readonly sentence: string }
  | { readonly reason: "broke-off"; readonly failure: string; readonly report: unknown }
  | { readonly reason: "changed-meanwhile"; readonly failure: string; readonly report: unknown }
  | { readonly reason: "no-keeper" }
  | { readonly reason: "keeper-unavailable" }
  | { readonly reason: "access-unavailable" }
  | { readonly reason: "keeper-objects"; readonly objection: string };

export type AdminReason = AdminRefusal["reason"];

/** The names that there are, and the one that was probably meant. */
interface Alternatives {
  readonly known: readonly string[];
  readonly hint: string | undefined;
}

/** Where in the input, and a partial sentence: `over` `is not a duration; …`. */
export interface InputProblem {
  readonly path: string;
  readonly message: string;
}

/** A host that would come from another site. */
export interface HostMove {
  readonly host: string;
  readonly from: string;
  readonly to: string;
  /** The hosts that would have no site any more. */
  readonly orphans: readonly string[];
}

export function adminStatusOf(refusal: AdminRefusal): number {
  switch (refusal.reason) {
    case "not-json":
    case "body-incomplete":
    case "invalid-input":
      return 400;
    case "no-token":
    case "unknown-token":
      return 401;
    case "scope-missing":
    case "cross-site":
      return 403;
    case "no-such-operation":
    case "unknown-site":
    case "unknown-host":
    case "unknown-switch":
    case "unknown-revision":
    case "unknown-pool":
    case "unknown-origin":
      return 404;
    case "wrong-method":
      return 405;
    case "body-too-slow":
      return 408;
    case "body-too-large":
      return 413;
    case "keeper-objects":
    case "last-origin":
    case "host-of-another-site":
    case "not-possible":
    case "changed-meanwhile":
      return 409;
    case "tests-failed":
      return 422;
    case "sites-not-listed":
    case "sites-not-writable":
    case "no-keeper":
      return 501;
    case "sites-unavailable":
    case "broke-off":
    case "keeper-unavailable":
    case "access-unavailable":
      return 503;
  }
}

export function explainAdminRefusal(refusal: AdminRefusal): string {
  switch (refusal.reason) {
    case "no-token":
      return "Send a token: Authorization: Bearer TOKEN.";
    case "unknown-token":
      return "The edge does not know this token.";
    case "scope-missing":
      return `This needs a token with the scope ${refusal.needs.join(" or ")}.`;
    case "cross-site":
      return "A page of another origin may not use the admin API.";
    case "no-such-operation":
      return "The admin API has nothing under this path; /v1/openapi.json lists what it has.";
    case "wrong-method":
      return `This path takes ${refusal.allowed.join(" and ")} only.`;
    case "not-json":
      return "The body must be JSON, with Content-Type: application/json.";
    case "body-incomplete":
      return "The connection broke off before the body was complete.";
    case "body-too-slow":
      return `The body did not arrive within ${refusal.afterMs / 1_000} s.`;
    case "body-too-large":
      return `The body is larger than ${refusal.maxBytes} bytes.`;
    case "invalid-input":
      return `${refusal.problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ")}.`;
    case "unknown-site":
      return `The edge has no site ${refusal.site}.`;
    case "unknown-host":
      return `No site of the edge serves ${refusal.host}.`;
    case "unknown-switch":
      return `There is no such switch; there are ${refusal.known.join(", ")}.`;
    case "unknown-revision":
      return "The keeper of the site has made no such revision.";
    case "unknown-pool":
      return `The site has no pool \`${refusal.pool}\`; ${instead(refusal)}`;
    case "unknown-origin":
      return `The pool ${refusal.pool} has no origin \`${refusal.origin}\`; ${instead(refusal)}`;
    case "last-origin":
      return `No other origin of the pool ${refusal.pool} is usable, so ${refusal.origin} is not drained; force it if that is meant.`;
    case "sites-not-listed":
      return "The store of this edge cannot list its sites. Ask for one by its name.";
    case "sites-unavailable":
      return "The store of the sites failed. Try again.";
    case "sites-not-writable":
      return "This edge takes its sites from files or from its bundle: change them there.";
    case "tests-failed":
      return `Nothing was published, because tests of the files failed: ${refusal.failures.join("; ")}.`;
    case "host-of-another-site":
      return `Nothing was published: ${refusal.moves.map(({ host, from, to }) => `${host} belongs to the site ${from}, and would move to ${to}`).join("; ")}. If that is meant, name it in takeHosts.`;
    case "not-possible":
      return `${refusal.sentence}.`;
    case "broke-off":
      return `It broke off: ${refusal.failure}. Send the same again: what is written already stays.`;
    case "changed-meanwhile":
      return `It was not done: ${refusal.failure}. What clients get is unchanged by this; see what it is now, and send the same again if it is still meant.`;
    case "no-keeper":
      return "This edge has no keeper, so nothing can be told to all of it. Bind KEEPER (docs/operations.md).";
    case "keeper-unavailable":
      return "The keeper of the site did not answer. Try again.";
    case "access-unavailable":
      return "The keys of Cloudflare Access cannot be read. Try again.";
    case "keeper-objects":
      return `The keeper of the site refused it (${refusal.objection}): it runs another version of the edge.`;
  }
}

const instead = ({ known, hint }: Alternatives): string =>
  hint ?? (known.length === 0 ? "there is none." : `there are: ${known.join(", ")}.`);

/** Header fields beside the problem document. RFC 9110 §11.6.1, RFC 6750 §3, RFC 9110 §10.2.1. */
export function adminFieldsOf(refusal: AdminRefusal): readonly (readonly [name: string, value: string])[] {
  switch (refusal.reason) {
    case "no-token":
      return [["www-authenticate", 'Bearer realm="headgate"']];
    case "unknown-token":
      return [["www-authenticate", 'Bearer realm="headgate", error="invalid_token"']];
    case "scope-missing": {
      const scope = refusal.needs.join(" ");
      return [["www-authenticate", `Bearer realm="headgate", error="insufficient_scope", scope="${scope}"`]];
    }
    case "wrong-method":
      return [["allow", refusal.allowed.join(", ")]];
    case "sites-unavailable":
    case "keeper-unavailable":
    case "access-unavailable":
      return [["retry-after", "5"]];
    default:
      return [];
  }
}
