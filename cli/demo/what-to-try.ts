// What a newcomer should type. Each line shows one feature and says what to look for. Pure.

export interface Try {
  readonly shows: string;
  readonly command: string;
}

/** `edge` and `origin` are URLs without a trailing slash. `origin` is the origin called a. */
export function whatToTry(edge: string, origin: string): Try[] {
  return [
    {
      shows: "weighted balancing: a gives three answers for each one from b",
      command: `for i in 1 2 3 4 5 6 7 8; do curl -s ${edge}/count; echo; done`,
    },
    {
      shows:
        "a rewrite: the origin echoes the request that it received, with its inner path and the client's address",
      command: `curl -s '${edge}/api/users?id=7&utm_source=mail'`,
    },
    {
      shows: "a redirect, with the query kept",
      command: `curl -sI '${edge}/old/page?x=1'`,
    },
    {
      shows: "the cache: the second answer has the same count, an Age, and Cache-Status says hit",
      command: `for i in 1 2; do curl -si ${edge}/cached/x | grep -iE 'count|^age|cache-status'; echo; done`,
    },
    {
      shows: "security headers, also on an answer that the edge makes itself",
      command: `curl -si ${edge}/hello/you`,
    },
    {
      shows: "failover: a fails, b answers, and Proxy-Status tells what happened",
      command: `curl -s -X POST ${origin}/sick; for i in 1 2 3 4; do curl -si ${edge}/count | grep -iE 'count|proxy-status'; echo; done; curl -s -X POST ${origin}/well`,
    },
  ];
}
