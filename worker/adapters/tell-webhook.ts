// Tells a webhook what has happened. It gets nothing but the body: no cookie, no credentials, and no second host by a redirect.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";

const WITHIN_MS = 5_000;

/** Whether it has taken it. Never rejects. */
export async function tellWebhook(url: string | undefined, body: string): Promise<boolean> {
  if (url === undefined) return false;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "headgate (health)" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    if (response.body) void cancelQuietly(response.body);
    return response.ok;
  } catch {
    return false;
  }
}
