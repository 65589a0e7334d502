// The share of a rollout, as it is written on the command line: `5%`.

const SHARE = /^(\d+(?:\.\d+)?)\s*%$/;

/** Above 0 and below 1; undefined for any other text. */
export function parseShare(text: string): number | undefined {
  const percent = Number(SHARE.exec(text)?.[1]);
  return percent > 0 && percent < 100 ? percent / 100 : undefined;
}

/** Without the last digits of a binary fraction: 7 and not 7.000000000000001. */
export const formatShare = (share: number): string => `${Number((share * 100).toPrecision(12))}%`;
