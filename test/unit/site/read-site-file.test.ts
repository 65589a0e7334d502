import { describe, expect, it } from "vitest";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { problemsInFile } from "./fixtures.ts";

describe("a site file that is right", () => {
  const yaml = `# yaml-language-server: $schema=../shared/site.schema.json
hosts: [shop.example.com]
pools:
  web:
    origins: [{ id: a, url: "https://a.example.net" }]
routes:
  - { id: rest, to: web, cache: off }
`;

  it("gives the site, and its own values as compact JSON", () => {
    const read = readSiteFile(yaml, "shop.yaml");
    if (!read.ok) throw new Error("it is right");
    expect(read.value.site.pools.web?.timeout.firstByte).toBe(15_000);
    expect(read.value.json).toBe(
      '{"hosts":["shop.example.com"],"pools":{"web":{"origins":[{"id":"a","url":"https://a.example.net"}]}},' +
        '"routes":[{"id":"rest","to":"web","cache":"off"}]}',
    );
  });

  it("is the same in JSON, indented with tabs and with a byte order mark", () => {
    const fromYaml = readSiteFile(yaml, "shop.yaml");
    const json = fromYaml.ok ? JSON.stringify(JSON.parse(fromYaml.value.json), null, "\t") : "";
    const read = readSiteFile(`\ufeff${json}`, "shop.json");
    expect(read.ok && fromYaml.ok && read.value.json === fromYaml.value.json).toBe(true);
  });

  it("gives a problem that is found later its place", () => {
    const read = readSiteFile(yaml, "shop.yaml");
    expect(
      read.ok && read.value.locate({ path: "", keys: ["routes", 0, "cache"], message: "x" }),
    ).toMatchObject({
      file: "shop.yaml",
      line: 7,
      column: 33,
    });
  });

  it("gives a problem of the file as a whole its first place", () => {
    const read = readSiteFile(`# a comment\n${yaml}`, "shop.yaml");
    expect(read.ok && read.value.locate({ path: "", message: "x" })).toMatchObject({ line: 3, column: 1 });
  });

  const allowed: [what: string, text: string][] = [
    [
      "an alias and a merge key",
      "hosts: [a.example]\nroutes:\n  - &one { id: a, match: { path: /a }, respond: {} }\n  - { <<: *one, id: b, match: { path: /b } }",
    ],
    [
      "a list of parts that are merged in",
      "hosts: [a.example]\nroutes:\n  - &a { id: a, match: { path: /a }, respond: {} }\n  - { <<: [*a, { id: c }], id: b, match: { path: /b } }",
    ],
    [
      "a query parameter called <<",
      'hosts: [a.example]\nroutes: [{ id: a, match: { query: { "<<": "5" } }, respond: {} }]',
    ],
    [
      "`off`, `no` and `NO` as texts",
      "hosts: [a.example]\nroutes: [{ id: off, match: { country: NO }, security: off, respond: { body: no } }]",
    ],
    [
      "numbers as keys",
      "hosts: [a.example]\npools: { web: { origins: [{ id: a, url: 'http://a.example' }] } }\nroutes: [{ id: a, to: web, cache: { statusTtl: { 404: 10s } } }]",
    ],
    [
      "words that YAML 1.1 takes for true and false, even if it asks for YAML 1.1",
      "%YAML 1.1\n---\nhosts: [a.example]\nroutes: [{ id: off, match: { country: NO }, security: off, respond: {} }]",
    ],
    ["a star in quotes", 'hosts: ["*.example.com", "*"]\nroutes: [{ id: a, respond: {} }]'],
  ];
  it.each(allowed)("may hold %s", (_what, text) => expect(problemsInFile(text)).toEqual([]));
});

describe("the place of a problem", () => {
  const rows: [what: string, text: string, problems: string[]][] = [
    [
      "a value: where it stands",
      "hosts: [a.example]\nroutes:\n  - id: one\n    respond:\n      status: 99\n",
      ["a.yaml:5:15  routes[0].respond.status  must be at least 200"],
    ],
    [
      "a key that is not known: the key itself",
      "hosts: [a.example]\nroutes:\n  - id: one\n    respnd: {}\n    respond: {}\n",
      ["a.yaml:4:5  routes[0].respnd  is not a known key; did you mean `respond`?"],
    ],
    [
      "a key that is missing in a list: the entry",
      "hosts: [a.example]\nroutes:\n  - respond: {}\n",
      ["a.yaml:3:5  routes[0].id  is missing; write a string"],
    ],
    [
      "a key that is missing below a key: that key",
      "hosts: [a.example]\nroutes: [{ id: a, respond: {} }]\ntests:\n  - request: { url: 'http://a.example' }\n    expect:\n      request: { method: GET }\n  - expect: { route: a }\n    request:\n      method: GET\n",
      ["a.yaml:8:5  tests[1].request.url  is missing; write a string"],
    ],
    [
      "a value that is not there: its key",
      "hosts:\nroutes:\n",
      ["a.yaml:1:1  hosts  is empty; write a list", "a.yaml:2:1  routes  is empty; write a list"],
    ],
    [
      "a block where a text belongs: its key, not the line below",
      "hosts: [a.example]\nroutes:\n  - id:\n      name: one\n    respond: {}\n",
      ["a.yaml:3:5  routes[0].id  is a set of keys, not a string"],
    ],
    [
      "a part that an alias and a merge key bring in: where it is written, for each place that has it",
      "hosts: [a.example]\nroutes:\n  - &one\n    id: a\n    respond: { status: 99 }\n  - <<: *one\n    id: b\n",
      [
        "a.yaml:5:24  routes[0].respond.status  must be at least 200",
        "a.yaml:5:24  routes[1].respond.status  must be at least 200",
      ],
    ],
    [
      "a fault between parts",
      "hosts: [a.example]\nroutes:\n  - id: a\n    to: web\n  - id: a\n    respond: {}\n",
      [
        "a.yaml:4:9  routes[0].to  `web` is not a pool of this site; there is none",
        "a.yaml:5:9  routes[1].id  `a` is already the id of an earlier route; each route needs its own",
      ],
    ],
    [
      "problems of one line, in its order",
      "{ hosts: [a b], rotes: [], routes: [1] }\n",
      [
        "a.yaml:1:11  hosts[0]  is not a host; write shop.example.com, *.example.com or *, without scheme, port or path",
        "a.yaml:1:17  rotes  is not a known key; did you mean `routes`?",
        "a.yaml:1:37  routes[0]  is a number, not a set of keys",
      ],
    ],
    [
      "problems in the order of the file, whatever finds them",
      "rotes: []\nhosts: [a b]\nroutes: [1]\n",
      [
        "a.yaml:1:1  rotes  is not a known key; did you mean `routes`?",
        "a.yaml:2:9  hosts[0]  is not a host; write shop.example.com, *.example.com or *, without scheme, port or path",
        "a.yaml:3:10  routes[0]  is a number, not a set of keys",
      ],
    ],
  ];
  it.each(rows)("is, for %s", (_what, text, problems) => expect(problemsInFile(text)).toEqual(problems));
});

describe("a YAML file that cannot be read", () => {
  const rows: [what: string, text: string, problems: string[]][] = [
    [
      "a tab",
      "hosts:\n\t- a.example\n",
      ["a.yaml:2:1  the file is indented with a tab; YAML accepts only spaces"],
    ],
    [
      "a key twice",
      "hosts: [a]\nroutes: []\nhosts: [b]\n",
      ["a.yaml:3:1  the file has the key `hosts` twice here; keep one of them"],
    ],
    [
      "a key twice, in quotes",
      'hosts: [a]\n"hosts": [b]\n',
      ["a.yaml:2:1  the file has the key `hosts` twice here; keep one of them"],
    ],
    [
      "a key twice, with a blank behind it",
      "hosts : [a]\nhosts : [b]\n",
      ["a.yaml:2:1  the file has the key `hosts` twice here; keep one of them"],
    ],
    [
      "an empty key twice",
      "'': 1\n'': 2\n",
      ["a.yaml:2:1  the file has the key `` twice here; keep one of them"],
    ],
    [
      "a long key twice, told by its first hundred letters",
      `${"k".repeat(101)}: 1\n${"k".repeat(101)}: 2\n`,
      [`a.yaml:2:1  the file has the key \`${"k".repeat(100)}\` twice here; keep one of them`],
    ],
    [
      "a value that begins with a reserved character",
      "hosts: @a\n",
      ["a.yaml:1:8  the file has a string that begins with @, which YAML reserves; put it in quotes"],
    ],
    [
      "a host with a star, without quotes",
      "hosts: [*.example.com]\n",
      [
        "a.yaml:1:9  the file has an alias *.example.com without an anchor &.example.com before it; if it is a string, put it in quotes",
      ],
    ],
    [
      "a part that stands within itself",
      "hosts: [a]\nroutes: &r\n  - match: { any: *r }\n",
      ["a.yaml:3:19  the file has an alias *r within its own anchor &r, and so no end"],
    ],
    [
      "a star alone",
      "hosts: [*]\n",
      ["a.yaml:1:9  the file has a * here that names nothing; if it is a string, put it in quotes"],
    ],
    [
      "two documents",
      "hosts: [a]\n---\nhosts: [b]\n",
      ["a.yaml:2:1  the file contains more than one document; write one site per file, without ---"],
    ],
    [
      "a tag",
      "hosts: !!js/function x\n",
      [
        "a.yaml:1:8  the file has the tag !!js/function, and a site file has no tags; if it is a string, put it in quotes",
      ],
    ],
    [
      "a quote that does not close",
      "hosts: 'a\n",
      ["a.yaml:1:8  the file has a quote here that is not closed; write ' where the string ends"],
    ],
    ["nothing", "", ["a.yaml:1:1  the file is empty; write a set of keys"]],
    [
      "a list as a key",
      "? [a]\n: 1\n",
      ["a.yaml:1:3  the file has a key that is a list, a set of keys or an alias; a key must be a string"],
    ],
    [
      "an alias as a key",
      "hosts: [&a log]\n*a : 1\n",
      ["a.yaml:2:1  the file has a key that is a list, a set of keys or an alias; a key must be a string"],
    ],
    // The parser throws at these, which was reported as a bug of Headgate.
    ...["5", "", "[*log, 5]", "[[*log]]", "null"].map((merged): [string, string, string[]] => [
      `a merge key with the value ${merged}`,
      `log: &log { sample: 1 }\nx: { <<: ${merged} }\n`,
      [
        `a.yaml:2:6  the file merges with \`<<\` what is not a set of keys; write \`<<: *name\`, with &name before the keys`,
      ],
    ]),
    [
      "a merge key with an alias to nowhere",
      "log: { <<: *nowhere }\n",
      [
        "a.yaml:1:12  the file has an alias *nowhere without an anchor &nowhere before it; if it is a string, put it in quotes",
      ],
    ],
  ];
  it.each(rows)("says so of %s", (_what, text, problems) => expect(problemsInFile(text)).toEqual(problems));

  // The levels above the deepest one were told one by one: 806 lines for one fault.
  it.each([
    ["not closed", "a.yaml", "[".repeat(20_000)],
    ["closed", "a.yaml", "[".repeat(20_000) + "]".repeat(20_000)],
    ["of keys", "a.yaml", "{a: ".repeat(20_000)],
    ["as JSON", "a.json", `${"[".repeat(20_000)}1`],
    // Before: how deep was too deep depended on the thread that read it.
    ["by 101 levels", "a.json", `{ "hosts": ${"[".repeat(100)}${"]".repeat(100)} }`],
  ])("says once that it is nested too deeply: %s", (_what, name, text) => {
    expect(problemsInFile(text, name)).toEqual([
      expect.stringMatching(
        /^a\.(yaml|json):1:\d+ {2}the file is nested too deeply to be read; no site needs more than some dozen levels$/,
      ),
    ]);
  });

  it("takes no alias for a bomb that is none, and writes none out", () => {
    const laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [above, name] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi", "ij"]) {
      laughs.push(`${name}: &${name} [${Array(9).fill(`*${above}`).join(", ")}]`);
    }
    const tooLong =
      "a.yaml:7:1  the file is longer than a site can be (25 MiB), once its aliases are written out";
    expect(problemsInFile(laughs.join("\n"))).toEqual([tooLong]);
    expect(problemsInFile("hosts: &a [*a]\n")).toEqual([
      "a.yaml:1:12  the file has an alias *a within its own anchor &a, and so no end",
    ]);
  });

  it("allows as many aliases as a site needs", () => {
    const routes = Array.from(
      { length: 500 },
      (_, index) => `  - { id: r${index}, match: { path: /${index} }, respond: *r }`,
    );
    expect(
      problemsInFile(
        `hosts: [a.example]\nroutes:\n  - { id: r, match: { path: / }, respond: &r { status: 204 } }\n${routes.join("\n")}`,
      ),
    ).toEqual([]);
  });
});

describe("a JSON file that cannot be read", () => {
  const rows: [what: string, text: string, problem: string][] = [
    // YAML would read one long text there.
    [
      "a comma that is missing",
      '{"hosts": ["a"]\n "routes": []}',
      "a.json:2:2  the file is not JSON: a comma is expected here",
    ],
    [
      "a comma too many",
      '{"hosts": ["a"],}',
      "a.json:1:17  the file is not JSON: a key in double quotes is expected here",
    ],
    [
      "a comment",
      '{\n  // hosts\n  "hosts": ["a"]}',
      "a.json:2:3  the file is not JSON: JSON has no comments; YAML does",
    ],
    ["a word", '{"hosts": tru}', "a.json:1:11  the file is not JSON: keys and strings need double quotes"],
    ["an end too early", '{"hosts": ["a"', "a.json:1:15  the file is not JSON: a closing ] is expected here"],
    ["nothing", "", "a.json:1:1  the file is not JSON: a value is expected here"],
    [
      "a colon that is missing",
      '{"hosts" []}',
      "a.json:1:10  the file is not JSON: a colon is expected here",
    ],
    [
      "a brace that does not close",
      '{"log": {}',
      "a.json:1:11  the file is not JSON: a closing } is expected here",
    ],
    [
      "more than one value",
      "{} {}",
      "a.json:1:4  the file is not JSON: the end of the file is expected here",
    ],
    [
      "a comment that does not end",
      "/* {}",
      "a.json:1:1  the file is not JSON: JSON has no comments; YAML does",
    ],
    [
      "a string that does not end",
      '{"$schema": "x}',
      "a.json:1:13  the file is not JSON: the string ends without its closing quote",
    ],
    ["half a number", '{"log": 1.}', "a.json:1:9  the file is not JSON: the number ends too early"],
    [
      "half an escape",
      '{"$schema": "\\u00"}',
      "a.json:1:13  the file is not JSON: this is not a \\u escape of four hexadecimal digits",
    ],
    [
      "an escape of its own",
      '{"$schema": "\\q"}',
      "a.json:1:13  the file is not JSON: this escape is unknown",
    ],
    [
      "a tab in a string",
      '{"$schema": "\t"}',
      "a.json:1:13  the file is not JSON: a control character has to be escaped",
    ],
    [
      "a key twice",
      '{"hosts": ["a"],\n "hosts": ["b"]}',
      "a.json:2:2  the file has the key `hosts` twice here; keep one of them",
    ],
  ];
  it.each(rows)("says so of %s", (_what, text, problem) =>
    expect(problemsInFile(text, "a.json")).toEqual([problem]),
  );

  it("tells the first of several errors, since the others follow from it", () => {
    expect(problemsInFile('{"hosts": [a b], c}', "a.json")).toEqual([
      "a.json:1:12  the file is not JSON: keys and strings need double quotes",
    ]);
  });

  it("has places like any other", () => {
    expect(
      problemsInFile(
        '{"hosts": ["a.example"],\n\t"routes": [{"id": "a", "respond": {}, "cach": "off"}]}',
        "a.json",
      ),
    ).toEqual(["a.json:2:40  routes[0].cach  is not a known key; did you mean `cache`?"]);
  });
});

describe("a check that crashes", () => {
  /** A text whose first use throws. */
  const crashing = (error: Error) =>
    ({
      startsWith() {
        throw error;
      },
    }) as unknown as string;

  it("is told as a bug, and stops nothing else", () => {
    expect(problemsInFile(crashing(new TypeError("x is undefined")))).toEqual([
      "a.yaml:1:1  the file cannot be checked: a bug of Headgate, please report it (TypeError: x is undefined)",
    ]);
  });

  it("is told as too deep a file where it runs out of stack", () => {
    expect(problemsInFile(crashing(new RangeError("Maximum call stack size exceeded")))).toEqual([
      "a.yaml:1:1  the file is nested too deeply to be read; no site needs more than some dozen levels",
    ]);
  });
});
