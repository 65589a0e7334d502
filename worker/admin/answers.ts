// What the admin API answers: JSON, or a problem document (RFC 9457). Nothing of it may be stored, or read by another page.
import {
  type AdminRefusal,
  adminFieldsOf,
  adminStatusOf,
  explainAdminRefusal,
} from "../../shared/admin/admin-refusal.ts";

const ALWAYS = { "cache-control": "no-store", "x-content-type-options": "nosniff" } as const;

export function adminAnswer(value: unknown): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    headers: { ...ALWAYS, "content-type": "application/json" },
  });
}

/** The text format of Prometheus has a media type of its own. */
export const plainAnswer = (text: string): Response =>
  new Response(text, {
    headers: { ...ALWAYS, "content-type": "text/plain; version=0.0.4; charset=utf-8" },
  });

export function adminProblem(refusal: AdminRefusal, requestId: string): Response {
  const status = adminStatusOf(refusal);
  const document = {
    type: `urn:headgate:${refusal.reason}`,
    title: refusal.reason,
    status,
    detail: explainAdminRefusal(refusal),
    requestId,
    ...(refusal.reason === "invalid-input" && { problems: refusal.problems }),
    ...(refusal.reason === "host-of-another-site" && { moves: refusal.moves }),
    ...("report" in refusal && { report: refusal.report }),
  };
  return new Response(`${JSON.stringify(document)}\n`, {
    status,
    headers: {
      ...ALWAYS,
      ...Object.fromEntries(adminFieldsOf(refusal)),
      "content-type": "application/problem+json",
    },
  });
}
