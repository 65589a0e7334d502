// What is added to the cookies of origins where it is missing.
import { compileGlob, type Glob } from "../../shared/glob.ts";
import type { SecurityConfig } from "../../shared/site/schema.ts";
import { isUnreadable } from "../../shared/unreadable.ts";

export interface CookieRules {
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: "Lax" | "Strict" | "None" | "off";
  readonly except: readonly Glob[];
}

type CookiesConfig = NonNullable<Exclude<SecurityConfig, string>["cookies"]>;

export const STRICT_COOKIES: CookieRules = { secure: true, httpOnly: false, sameSite: "Lax", except: [] };

export const compileCookieRules = (config: CookiesConfig): CookieRules | null =>
  config === "off" ? null : { ...config, except: config.except.map(compileGlob) };

/** Adds to every Set-Cookie what it lacks. A browser refuses Secure on plain http. */
export function hardenCookies(headers: Headers, rules: CookieRules, scheme: "http" | "https"): void {
  if (!headers.has("set-cookie")) return;
  const cookies = headers.getSetCookie();
  if (cookies.some(isUnreadable)) return; // cookies cannot be replaced one at a time
  const hardened = cookies.map((cookie) => hardenCookie(cookie, rules, scheme));
  if (hardened.every((cookie, at) => cookie === cookies[at])) return;
  headers.delete("set-cookie");
  for (const cookie of hardened) headers.append("set-cookie", cookie);
}

export function hardenCookie(cookie: string, rules: CookieRules, scheme: "http" | "https"): string {
  const [pair = "", ...attributes] = cookie.split(";");
  const [name = ""] = pair.split("=");
  if (rules.except.some((matches) => matches(name.trim()))) return cookie;
  const has = new Set(attributes.map((attribute) => attribute.split("=")[0]?.trim().toLowerCase()));
  const missing = [
    ...(rules.secure && scheme === "https" && !has.has("secure") ? ["Secure"] : []),
    ...(rules.httpOnly && !has.has("httponly") ? ["HttpOnly"] : []),
    ...(rules.sameSite !== "off" && !has.has("samesite") ? [`SameSite=${rules.sameSite}`] : []),
  ];
  return missing.length === 0 ? cookie : [cookie.replace(/[; ]+$/, ""), ...missing].join("; ");
}
