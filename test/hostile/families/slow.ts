// Slow clients, slow origins, and clients that leave. Nothing waits for ever, what is given up is given up on both sides, and
// others are served meanwhile. The waits of the site are short, so that the tries are.
import { type Answerer, type Family, get, ok, post, type Try } from "../try.ts";

const SLOWLORIS = "RSnake 2009, Slowloris";
const RUDY = "Brekne 2010, R-U-Dead-Yet";
const STUCK = "CWE-400";

/** Says this, and then nothing more. */
const sticksAfter =
  (text: string): Answerer =>
  (_request, socket) =>
    void socket.write(text, "latin1");

const HALF = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";

const leaving = (
  name: string,
  source: string,
  sends: string,
  leaves: true | number,
  origin: readonly string[],
  more: Partial<Try> = {},
): Try => ({
  name: `a client that leaves: ${name}`,
  source,
  sends,
  leaves,
  gets: [],
  origin,
  ...more,
});

const stuck = (name: string, answers: Answerer, gets: readonly number[], more: Partial<Try> = {}): Try => ({
  name: `an origin that sticks: ${name}`,
  source: STUCK,
  sends: get("/page"),
  gets,
  withinMs: 3_000,
  origin: ["GET /page"],
  answers,
  ...more,
});

export const slow: Family = {
  title: "slow",
  site: (url) => ({
    pools: {
      web: {
        origins: [{ id: "a", url }],
        retry: { attempts: 1 },
        timeout: { firstByte: "300ms", idle: "700ms", total: "1500ms" },
        outlier: { consecutive: 100 },
      },
    },
    routes: [
      { id: "kept", match: { path: "/kept/*" }, cache: { ttl: "1h" }, to: "web" },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    leaving(
      "three hundred of them with half a head each",
      SLOWLORIS,
      "GET /page HTTP/1.1\r\nHost: <host>\r\nX-A: ",
      300,
      [],
      { times: 300 },
    ),
    leaving("three hundred of them that have said nothing", SLOWLORIS, "", 300, [], { times: 300 }),
    leaving(
      "fifty of them with half a body each",
      RUDY,
      post("/page", "Content-Length: 100\r\n", "half"),
      300,
      Array.from({ length: 50 }, () => "POST /page, cut"),
      { times: 50 },
    ),
    leaving("in the middle of the request line", SLOWLORIS, "GET /pa", true, []),
    leaving("in the middle of a field", SLOWLORIS, "GET /page HTTP/1.1\r\nHost: <ho", true, []),
    leaving(
      "in the middle of a body with a length",
      RUDY,
      post("/page", "Content-Length: 100\r\n", "half"),
      300,
      ["POST /page, cut"],
    ),
    leaving(
      "in the middle of a chunk",
      RUDY,
      post("/page", "Transfer-Encoding: chunked\r\n", "64\r\nhalf"),
      300,
      ["POST /page, cut"],
    ),
    {
      name: "a second request in place of the last chunk",
      source: RUDY,
      sends: post(
        "/page",
        "Transfer-Encoding: chunked\r\n",
        "4\r\nhalf\r\nGET /smuggled HTTP/1.1\r\nHost: slow.test\r\n\r\n",
      ),
      gets: [400],
      origin: ["POST /page, cut"],
    },
    {
      name: "a body that comes to a halt is given up, on both sides",
      source: RUDY,
      sends: post("/page", "Content-Length: 100\r\n", "half"),
      gets: [408],
      withinMs: 3_000,
      origin: ["POST /page, cut"],
    },
    {
      name: "chunks that come to a halt are given up, on both sides",
      source: RUDY,
      sends: post("/page", "Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n"),
      gets: [408],
      withinMs: 3_000,
      origin: ["POST /page, cut"],
    },
    {
      name: "twenty bodies that come to a halt at the same time",
      source: RUDY,
      sends: post("/page", "Content-Length: 100\r\n", "half"),
      times: 20,
      gets: [408],
      withinMs: 3_500,
      origin: Array.from({ length: 20 }, () => "POST /page, cut"),
    },
    {
      name: "a body in ten pieces is one body",
      source: RUDY,
      sends: [post("/page", "Connection: close\r\nContent-Length: 10\r\n"), ..."0123456789"],
      gets: [200],
      origin: ["POST /page"],
    },
    {
      name: "a head in pieces is one head, wherever it is cut",
      source: SLOWLORIS,
      sends: ["GE", "T /pa", "ge HTTP/1.1\r", "\nHost: <host>\r\nConn", "ection: close\r\n\r", "\n"],
      gets: [200],
      origin: ["GET /page"],
    },
    {
      name: "a chunk's size in pieces is one size",
      source: "Kettle 2022, pause-based desync",
      sends: [
        post("/page", "Connection: close\r\nTransfer-Encoding: chunked\r\n"),
        "1",
        "0",
        "\r",
        "\n0123456789abcdef\r",
        "\n0\r\n",
        "\r\n",
      ],
      gets: [200],
      origin: ["POST /page"],
    },
    {
      name: "a pause between head and body makes no second request of the body",
      source: "Kettle 2022, pause-based desync",
      sends: [
        post("/page", "Content-Length: 57\r\n"),
        `GET /smuggled HTTP/1.1\r\nHost: slow.test\r\nX-A: 1234\r\n\r\n`.padEnd(57, "x"),
        get("/next"),
      ],
      gets: [200, 200],
      origin: ["POST /page", "GET /next"],
    },
    stuck("without an answer", sticksAfter(""), [504]),
    stuck("in the middle of its status line", sticksAfter("HTTP/1.1 20"), [504]),
    stuck("in the middle of its head", sticksAfter("HTTP/1.1 200 OK\r\nX-A: "), [504]),
    stuck("after one interim answer", sticksAfter("HTTP/1.1 100 Continue\r\n\r\n"), [504]),
    stuck("in the middle of a body with a length", sticksAfter(HALF), [], { rest: /\r\n\r\nhello$/ }),
    stuck(
      "in the middle of a chunk",
      sticksAfter("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello"),
      [],
      { rest: /hello/ },
    ),
    stuck(
      "before the last chunk",
      sticksAfter("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
      [],
      { rest: /hello/ },
    ),
    stuck(
      "in a body that others wait to have from the store",
      sticksAfter(HALF.replace("\r\n", "\r\nCache-Control: max-age=60\r\n")),
      [],
      {
        sends: get("/kept/page"),
        rest: /\r\n\r\nhello$/,
        next: [{ sends: get("/kept/page"), gets: [], rest: /\r\n\r\nhello$/, seesNot: /; hit/ }],
        origin: ["GET /kept/page", "GET /kept/page"],
      },
    ),
    stuck("without an answer, for twenty clients that ask for one page", sticksAfter(""), [504], {
      times: 20,
      sends: get("/kept/page"),
      withinMs: 4_000,
      origin: Array.from({ length: 20 }, () => "GET /kept/page"),
    }),
    {
      name: "an origin that sends a byte at a time is given up after the total",
      source: STUCK,
      sends: get("/page"),
      gets: [],
      rest: /\r\n\r\n\.+$/,
      withinMs: 4_000,
      origin: ["GET /page"],
      answers: (_request, socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
        const drip = setInterval(() => socket.write("."), 50);
        socket.on("close", () => clearInterval(drip));
      },
    },
    {
      name: "a client that leaves while the origin sends frees the origin",
      source: "CWE-772",
      sends: get("/page"),
      leaves: 150,
      gets: [],
      rest: /\r\n\r\n\.+$/,
      origin: ["GET /page"],
      answers: (_request, socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
        const drip = setInterval(() => socket.write("."), 20);
        socket.on("close", () => clearInterval(drip));
      },
    },
    {
      name: "an origin that answers before it has the body ends the exchange, not the next one",
      source: "Kettle 2025, early response",
      sends: [post("/page", "Content-Length: 100\r\n", "half")],
      ends: true,
      gets: [400],
      origin: ["POST /page, cut"],
      answers: (_request, socket) => socket.end(ok("Connection: close\r\n", "early")),
    },
  ],
};
