// A hit of a page that goes out compressed costs little more than a plain one: it is compressed once. nginx compresses at each hit.
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { startGzippingNginx } from "../edges/other-engines.ts";
import { TEXT_AT } from "../origin.ts";
import { HOST, oneSite } from "../sites.ts";
import { TEXT_PAGE } from "../text-page.ts";

const plain = { path: TEXT_AT, bytes: TEXT_PAGE.length, headers: { Host: HOST } };
const compressed = (coding: string) => ({
  ...plain,
  headers: { Host: HOST, "Accept-Encoding": coding },
  coding,
});

const headgate = (coding: string) => ({
  name: `headgate, ${coding}`,
  work: compressed(coding),
  start: (bench: Parameters<typeof startGzippingNginx>[0]) =>
    onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, { compress: "auto" }) }, bench),
});

export const compressedHit = contest({
  name: "compressed-hit",
  title: "Hit of an 80 KB page, compressed",
  contenders: [
    headgate("gzip"),
    headgate("zstd"),
    {
      name: "headgate, plain",
      work: plain,
      start: (bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url) }, bench),
    },
    { name: "nginx, gzip", work: compressed("gzip"), start: startGzippingNginx },
  ],
  comparisons: [
    { of: "headgate, gzip", to: "nginx, gzip" },
    { of: "headgate, zstd", to: "nginx, gzip" },
    { of: "headgate, gzip", to: "headgate, plain" },
  ],
});
