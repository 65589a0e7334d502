// Is the site being worked on, and does this request get in all the same? First of all rules.

import { isSame } from "../../shared/is-same.ts";
import type { SiteSecrets } from "../../shared/secrets/site-secrets.ts";
import type { MaintenanceConfig } from "../../shared/site/maintenance-schema.ts";
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import { secretNamed } from "../../shared/site/secret-name.ts";
import type { Maintenance } from "../keeping/switch-command.ts";
import { type Asked, ownReply, type Reply } from "../message.ts";
import { statusOf } from "../refusal.ts";
import { compileAddressSet } from "../routing/address-set.ts";
import { cookieValues } from "../routing/cookies.ts";
import { type Finding, PASS, type Rule, type RuleFacts } from "./admission.ts";

/** None for a site that says nothing of it: then the switch alone decides (decision.ts). */
export function maintenanceRules(
  { maintenance: config }: Site,
  route: SiteRoute | undefined,
  secrets: SiteSecrets,
): Rule[] {
  if (!config || (route?.to ?? route?.files) === undefined) return [];
  const getsIn = compileBypass(config, secrets);
  const header = config.bypass?.header;
  return [
    {
      name: "maintenance",
      wants: `${config.on ? "on" : "off"}, or ${wayIn(config)}`,
      judge: (asked, facts) => {
        const on = isOn(config, facts);
        if (on && !getsIn(asked)) return closed(on, config);
        return header !== undefined && asked.headers.has(header)
          ? { kind: "pass", asked: without(header, asked) }
          : PASS;
      },
    },
  ];
}

const isOn = ({ on, retryAfter }: MaintenanceConfig, { snapshot }: RuleFacts): Maintenance | null =>
  snapshot.switches.maintenance ?? (on ? { retryAfterSeconds: Math.ceil(retryAfter / 1_000) } : null);

function wayIn({ bypass }: MaintenanceConfig): string {
  const ways = [
    ...(bypass?.ip ?? []),
    ...(bypass?.header === undefined ? [] : [`the token in ${bypass.header}`]),
    ...(bypass?.cookie === undefined ? [] : [`the token in the cookie ${bypass.cookie}`]),
  ];
  return ways.length === 0 ? "no bypass" : ways.join(" or ");
}

function compileBypass({ bypass }: MaintenanceConfig, secrets: SiteSecrets): (asked: Asked) => boolean {
  if (!bypass) return () => false;
  const { ip, header, cookie } = bypass;
  const addresses = ip ? compileAddressSet(ip) : null;
  const name = secretNamed(bypass.token ?? "");
  // Without a value nobody holds it.
  const token = name === undefined ? undefined : secrets(name, "key");
  const isToken = (value: string | null): boolean =>
    token !== undefined && value !== null && isSame(value, token);
  return ({ client, headers }) =>
    addresses?.has(client.ip) === true ||
    (header !== undefined && isToken(headers.get(header))) ||
    (cookie !== undefined && cookieValues(headers.get("cookie"), cookie).some(isToken));
}

function closed(on: Maintenance, { page }: MaintenanceConfig): Finding {
  const refusal = { reason: "maintenance", ...on } as const;
  if (!page) return { kind: "refused", refusal };
  return { kind: "refused", refusal, reply: pageReply(page, on) };
}

/** Nobody may take it for the page itself. */
function pageReply({ type, body }: NonNullable<MaintenanceConfig["page"]>, on: Maintenance): Reply {
  const headers = new Headers({
    "content-type": type,
    "cache-control": "no-store",
    "retry-after": String(on.retryAfterSeconds),
  });
  return ownReply(statusOf({ reason: "maintenance", ...on }), headers, body);
}

/** The token is between the edge and those who work on the site. */
function without(header: string, asked: Asked): Asked {
  const headers = new Headers(asked.headers);
  headers.delete(header);
  return { ...asked, headers };
}
