/** `12.5 %`, of a share in [0, 1]. */
export const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
