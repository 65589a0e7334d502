// A text pattern in which `*` stands for any text. It is compiled to parts and not to a RegExp, so that matching takes
// linear time even for a hostile value.

export type Glob = (text: string) => boolean;

/**
 * For a field that may come in several lines, each of them a list: does a run of its elements match, or the whole
 * field? The runtime joins the lines with commas, so each original line is one of these runs. Also takes linear time.
 */
export function compileListGlob(pattern: string): Glob {
  const matchesWhole = compileGlob(pattern);
  const { first, middle, last } = partsOf(pattern);
  return (text) => {
    if (matchesWhole(text)) return true;
    if (!text.includes(",")) return false;
    const { starts, ends } = elementsOf(text);
    for (const start of starts) {
      if (!text.startsWith(first, start)) continue;
      const from = start + first.length;
      if (last !== undefined) return endsLater(text, { from, ends, middle, last }); // later starts leave no more room
      if (ends.has(from)) return true;
    }
    return false;
  };
}

interface Remainder {
  readonly from: number;
  readonly ends: ReadonlySet<number>;
  readonly middle: readonly string[];
  readonly last: string;
}

/** Do the middle parts follow from here, with the last part at the end of an element? */
function endsLater(text: string, { from, ends, middle, last }: Remainder): boolean {
  let at = from;
  for (const part of middle) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  for (const end of ends) {
    if (end - last.length >= at && text.endsWith(last, end)) return true;
  }
  return false;
}

/** Where elements begin and end, without the white space around them. */
function elementsOf(text: string): { starts: readonly number[]; ends: ReadonlySet<number> } {
  const starts: number[] = [];
  const ends = new Set<number>();
  let from = 0;
  for (const element of text.split(",")) {
    const blanks = element.length - element.trimStart().length;
    starts.push(from + blanks);
    ends.add(from + Math.max(blanks, element.trimEnd().length));
    from += element.length + 1;
  }
  return { starts, ends };
}

export function compileGlob(pattern: string): Glob {
  const { first, middle, last } = partsOf(pattern);
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    const end = text.length - last.length;
    for (const part of middle) {
      const at = text.indexOf(part, from); // of an empty part too: `first` and `last` may overlap
      if (at === -1 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}

interface Parts {
  readonly first: string;
  /** Between the first star and the last. */
  readonly middle: readonly string[];
  /** After the last star; undefined without a star. */
  readonly last: string | undefined;
}

function partsOf(pattern: string): Parts {
  const star = pattern.indexOf("*");
  if (star === -1) return { first: pattern, middle: [], last: undefined };
  const lastStar = pattern.lastIndexOf("*");
  return {
    first: pattern.slice(0, star),
    middle: pattern.slice(star + 1, lastStar).split("*"),
    last: pattern.slice(lastStar + 1),
  };
}
