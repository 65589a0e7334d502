// The ratios of a run as a picture: one bar per comparing row with its quartiles, the peer at 1, the project's own bar beside it,
// and the requests per second of both. The SVG suits a light and a dark page, at the width that a page of documentation has. Pure.
import type { Bar } from "../bars.ts";
import type { BenchResult, ClaimResult, Row } from "../result.ts";

const WIDTH = 880;
const LABELS = 328;
/** The ratio and both figures. */
const VALUES = 190;
const LINE = 26;
const TITLE_LINE = 40;
const TOP = 84;
const BOTTOM = 36;
/** Larger ratios end in an arrow: a ratio of twenty would make all others too small to read. */
const LARGEST = 2.5;

const STYLE = `
    text { font: 15px system-ui, sans-serif; fill: #1f2328; }
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
  const parts = claims.flatMap(({ name, title, rows, contenders }) => {
    const compared = rows.filter(({ unit }) => unit === "times");
    if (compared.length === 0) return [];
    const head = `<text class="title" x="0" y="${y + 20}">${escaped(title)}</text>`;
    y += TITLE_LINE - 4;
    const lines = compared.map((row) => {
      const line = rowLine(
        row,
        bars.find((bar) => bar.claim === name && bar.row === row.name),
        figuresOf(row, contenders),
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
  <text class="title" x="0" y="18">Requests per second of the first, divided by those of the second, in the same round</text>
  ${legend()}
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

/** Each sign with its meaning, from left to right in two lines. */
function legend(): string {
  const swatch = (kind: string, x: number, y: number, words: string) =>
    `<circle class="${kind}" cx="${x + 6}" cy="${y - 5}" r="6"/><text class="quiet" x="${x + 20}" y="${y}">${words}</text>`;
  return [
    swatch("pass", 0, 42, "clears its bar"),
    swatch("miss", 150, 42, "misses it"),
    swatch("plain", 270, 42, "has none"),
    `<line class="bar" x1="390" x2="390" y1="30" y2="46"/><text class="quiet" x="400" y="42">the bar</text>`,
    `<line class="spread" x1="480" x2="506" y1="38" y2="38"/><text class="quiet" x="514" y="42">from quartile to quartile</text>`,
    `<line class="peer" x1="0" x2="26" y1="60" y2="60"/><text class="quiet" x="34" y="65">as fast as the second</text>`,
    `<text class="quiet" x="${WIDTH}" y="65" text-anchor="end">ratio, and requests per second of both</text>`,
  ].join("\n  ");
}

/** `8,891 : 9,965`, as far as both were loaded. The name of a row is those of its contenders. */
function figuresOf({ name }: Row, contenders: ClaimResult["contenders"]): string {
  const both = name.split(" / ").map((each) => contenders.find((contender) => contender.name === each));
  const figures = both.map((contender) => contender && Math.round(contender.requestsPerSecond.median));
  return figures.every((figure) => figure !== undefined)
    ? figures.map((figure) => figure.toLocaleString("en-US")).join(" : ")
    : "";
}

function rowLine(
  { name, value: { median, low, high } }: Row,
  bar: Bar | undefined,
  figures: string,
  y: number,
): string {
  const middle = y + LINE / 2;
  const least = bar?.atLeast;
  const kind = least === undefined ? "plain" : median >= least ? "pass" : "miss";
  const end = round(xOf(median));
  return [
    `<text x="12" y="${middle + 5}">${escaped(name)}</text>`,
    `<rect class="${kind}" x="${LABELS}" y="${y + 4}" width="${round(end - LABELS)}" height="${LINE - 8}" rx="2"/>`,
    `<line class="spread" x1="${round(xOf(low))}" x2="${round(xOf(high))}" y1="${middle}" y2="${middle}"/>`,
    ...(least === undefined
      ? []
      : [
          `<line class="bar" x1="${round(xOf(least))}" x2="${round(xOf(least))}" y1="${y + 1}" y2="${y + LINE - 1}"/>`,
        ]),
    `<text x="${WIDTH - VALUES + 52}" y="${middle + 5}" text-anchor="end">${median > LARGEST ? "→ " : ""}${median.toFixed(2)}</text>`,
    `<text class="quiet" x="${WIDTH}" y="${middle + 5}" text-anchor="end">${figures}</text>`,
  ].join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? "");
