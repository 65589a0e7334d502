// Who did what by the admin API? One line for each change and for each caller that was refused, beside the warnings: standalone
// on standard error, on Cloudflare in Workers Logs.

export interface AdminAct {
  /** ISO 8601. */
  readonly time: string;
  readonly requestId: string;
  readonly client: string;
  /** The name of the token; null if nobody knows it. */
  readonly who: string | null;
  /** The operation; null if the caller was not let in. */
  readonly did: string | null;
  /** Its input. */
  readonly with?: unknown;
  /** Null if it was done. */
  readonly refusal: string | null;
}

/** A body may hold the text of a site, which would fill the log. */
const MAX_INPUT_CHARS = 2_048;

export function audit(act: AdminAct): void {
  const input = JSON.stringify(act.with) ?? "";
  const bounded =
    input.length <= MAX_INPUT_CHARS ? act : { ...act, with: `${input.slice(0, MAX_INPUT_CHARS)}…` };
  console.warn(JSON.stringify({ level: "audit", ...bounded }));
}
