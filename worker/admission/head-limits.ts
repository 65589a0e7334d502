// Are the URL and the header fields short enough for this route? The edge has limits of its own for all (routing/read-request.ts,
// objections.ts). These are narrower ones, for origins that bear less.
import type { Site, SiteRoute } from "../../shared/site/schema.ts";
import type { Asked } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { pathAndQuery } from "../routing/canonical-target.ts";
import { lineBytes } from "../routing/line-bytes.ts";
import { PASS, type Rule } from "./admission.ts";

export function headLimits(site: Site, route?: SiteRoute): Rule[] {
  const { maxUrl, maxSize, maxFields } = { ...site.head, ...route?.head };
  return [
    ...(maxUrl === undefined
      ? []
      : [
          limit(
            "head.maxUrl",
            `${maxUrl} bytes`,
            { reason: "uri-too-long", maxLength: maxUrl },
            urlIsWithin(maxUrl),
          ),
        ]),
    ...(maxSize === undefined
      ? []
      : [
          limit(
            "head.maxSize",
            `${maxSize} bytes`,
            { reason: "headers-too-large", maxBytes: maxSize },
            sizeIsWithin(maxSize),
          ),
        ]),
    ...(maxFields === undefined
      ? []
      : [
          limit(
            "head.maxFields",
            `${maxFields} fields`,
            { reason: "too-many-fields", maxFields },
            countIsWithin(maxFields),
          ),
        ]),
  ];
}

type Holds = (asked: Asked) => boolean;

function limit(name: string, most: string, refusal: Refusal, holds: Holds): Rule {
  const refused = { kind: "refused", refusal } as const;
  return { name, wants: `at most ${most}`, judge: (asked) => (holds(asked) ? PASS : refused) };
}

/** In the form that origins see: what is escaped differently is as long for all spellings. */
const urlIsWithin =
  (max: number): Holds =>
  (asked) =>
    pathAndQuery(asked).length <= max;

/** As HTTP/1.1 would send them. */
const sizeIsWithin =
  (max: number): Holds =>
  ({ headers }) => {
    let bytes = 0;
    headers.forEach((value, name) => {
      bytes += lineBytes(name, value);
    });
    return bytes <= max;
  };

const countIsWithin =
  (max: number): Holds =>
  ({ headers }) => {
    let fields = 0;
    headers.forEach(() => {
      fields++;
    });
    return fields <= max;
  };
