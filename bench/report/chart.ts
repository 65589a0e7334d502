// The ratios of a run as a picture: one bar per comparing row with its quartiles, the peer at 1, and the project's own bar
// beside it. The SVG suits a light and a dark page. Pure.
import type { Bar } from "../bars.ts";
import type { BenchResult, Row } from "../result.ts";

const WIDTH = 760;
const LABELS = 330;
const VALUES = 50;
const LINE = 22;
const TITLE_LINE = 34;
const TOP = 44;
const BOTTOM = 34;
/** Larger ratios end in an arrow: a ratio of twenty would make all others too small to read. */
const LARGEST = 2.5;

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328; }
    .title { font-weight: 600; }
    .quiet { fill: #59636e; }
    .axis { stroke: #d1d9e0; }
    .peer { stroke: #59636e; stroke-dasharray: 3 3; }
    .pass { fill: #1a7f37; } .miss { fill: #bc4c00; } .plain { fill: #0969da; }
    .spread { stroke: #1f2328; } .bar { stroke: #1f2328; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; } .quiet { fill: #9198a1; } .axis { stroke: #3d444d; } .peer { stroke: #9198a1; }
      .pass { fill: #3fb950; } .miss { fill: #f0883e; } .plain { fill: #4493f8; }
      .spread, .bar { stroke: #f0f6fc; }
    }`;

export function chart({ claims }: Pick<BenchResult, "claims">, bars: readonly Bar[]): string {
  let y = TOP;
  const parts = claims.flatMap(({ name, title, rows }) => {
    const compared = rows.filter(({ unit }) => unit === "times");
    if (compared.length === 0) return [];
    const head = `<text class="title" x="0" y="${y + 20}">${escaped(title)}</text>`;
    y += TITLE_LINE - 4;
    const lines = compared.map((row) => {
      const line = rowLine(
        row,
        bars.find((bar) => bar.claim === name && bar.row === row.name),
        y,
      );
      y += LINE;
      return line;
    });
    return [head, ...lines];
  });
  const height = y + BOTTOM;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Throughput of Headgate over its peers">
  <style>${STYLE}
  </style>
  <text class="quiet" x="0" y="16">Requests per second over the other's, in the same round: median and quartiles.</text>
  <text class="quiet" x="0" y="32">Dashed: the other's own speed. Upright stroke: the bar to clear.</text>
  ${axis(y)}
  ${parts.join("\n  ")}
</svg>
`;
}

const xOf = (ratio: number): number =>
  LABELS + (Math.min(ratio, LARGEST) / LARGEST) * (WIDTH - LABELS - VALUES);

function axis(bottom: number): string {
  const ticks = [0, 0.5, 1, 1.5, 2, 2.5].map((ratio) => {
    const x = round(xOf(ratio));
    return `<line class="${ratio === 1 ? "peer" : "axis"}" x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}"/><text class="quiet" x="${x}" y="${bottom + 18}" text-anchor="middle">${ratio}</text>`;
  });
  return ticks.join("\n  ");
}

function rowLine({ name, value: { median, low, high } }: Row, bar: Bar | undefined, y: number): string {
  const middle = y + LINE / 2;
  const least = bar?.atLeast;
  const kind = least === undefined ? "plain" : median >= least ? "pass" : "miss";
  const end = round(xOf(median));
  return [
    `<text x="12" y="${middle + 4}">${escaped(name)}</text>`,
    `<rect class="${kind}" x="${LABELS}" y="${y + 4}" width="${round(end - LABELS)}" height="${LINE - 8}" rx="2"/>`,
    `<line class="spread" x1="${round(xOf(low))}" x2="${round(xOf(high))}" y1="${middle}" y2="${middle}"/>`,
    ...(least === undefined
      ? []
      : [
          `<line class="bar" x1="${round(xOf(least))}" x2="${round(xOf(least))}" y1="${y + 1}" y2="${y + LINE - 1}"/>`,
        ]),
    `<text x="${WIDTH}" y="${middle + 4}" text-anchor="end">${median > LARGEST ? "→ " : ""}${median.toFixed(2)}</text>`,
  ].join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? "");
