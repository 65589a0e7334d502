// A page of text for measurements of compression: 80 KB of HTML, of which gzip leaves about a third. The same in
// each run. Pure.
import { seededRandom } from "../test/support/seeded-random.ts";

const LENGTH = 81_920;
const WORDS = 2_000;

function pageOf(random: () => number): string {
  const words = Array.from({ length: WORDS }, () => wordOf(random));
  let page = '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Measured</title>\n<main>\n';
  for (let id = 1; page.length < LENGTH; id++) page += articleOf(id, words, random);
  return `${page.slice(0, LENGTH - 1)}\n`;
}

/** As in languages, few words are most of a text. */
const anyOf = (words: readonly string[], random: () => number): string =>
  words[Math.floor(words.length * random() ** 3)] ?? "";

const wordOf = (random: () => number): string =>
  Array.from(
    { length: 2 + Math.floor(random() * 9) },
    () => "etaoinshrdlucmfwygpb"[Math.floor(20 * random() ** 1.5)],
  ).join("");

function articleOf(id: number, words: readonly string[], random: () => number): string {
  const text = (count: number) => Array.from({ length: count }, () => anyOf(words, random)).join(" ");
  return (
    `<article class="card" id="a${id}">\n<h2><a href="/articles/${id}-${anyOf(words, random)}">${text(5)}</a></h2>\n` +
    `<p class="about">${text(12)}</p>\n<p>${text(60)}.</p>\n</article>\n`
  );
}

export const TEXT_PAGE = pageOf(seededRandom(8_641));
