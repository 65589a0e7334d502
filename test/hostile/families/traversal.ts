// Other spellings of a path that is guarded. What an origin may read as /admin is refused or guarded as /admin, and what the
// origin gets is one canonical spelling.
import { type Family, get, type Try } from "../try.ts";

const ORANGE = "Orange Tsai 2018, Breaking Parser Logic";
const RFC_3986 = "RFC 3986 §6.2.2";

const guarded = (path: string, source: string): Try => ({
  name: `${JSON.stringify(path)} is guarded as /admin`,
  source,
  sends: get(path),
  gets: [403],
  origin: [],
});

const refused = (path: string, source: string, gets = 400): Try => ({
  name: `${JSON.stringify(path)} is refused`,
  source,
  sends: get(path),
  gets: [gets],
  origin: [],
});

/** It is not guarded, and the origin gets it in this spelling: to it that is no other path. */
const canonical = (path: string, source: string, received: string): Try => ({
  name: `${JSON.stringify(path)} is ${received}`,
  source,
  sends: get(path),
  gets: [200],
  origin: [`GET ${received}`],
});

export const traversal: Family = {
  title: "traversal",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url: `${url}/base` }], retry: { attempts: 1 } } },
    routes: [
      { id: "guard", match: { path: "/admin/*" }, respond: { status: 403 } },
      {
        id: "odd",
        match: { path: "/odd/*" },
        allowInPath: ["encoded-slash", "backslash", "control"],
        cache: "off",
        to: "web",
      },
      { id: "files", match: { path: "/files/*" }, rewrite: { path: "/store/*" }, cache: "off", to: "web" },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    ...["/admin", "/admin/", "/admin/x?y", "/%61dmin/x", "/%61%64%6d%69%6E/x"].map((path) =>
      guarded(path, RFC_3986),
    ),
    ...[
      "/./admin/x",
      "/x/../admin",
      "/x/%2e%2e/admin",
      "/x/.%2E/admin",
      "/%2e/admin",
      "/../admin",
      "/../../../admin",
      "/a/b/../../admin/x",
    ].map((path) => guarded(path, "RFC 3986 §5.2.4")),
    ...["//admin/x", "///admin", "//x/..//admin", "/.//admin", "/admin//x"].map((path) =>
      guarded(path, "nginx merge_slashes"),
    ),
    ...[
      "/admin;x/y",
      "/admin;/y",
      "/;/admin/x",
      "/;a=b/admin",
      "/admin%3Bx/y",
      "/x/..//;/admin",
      "/admin;a=1;b=2",
    ].map((path) => guarded(path, ORANGE)),
    guarded("http://other.test/admin/x", "RFC 9112 §3.2.2"),
    guarded("/admin#x", "RFC 9112 §3.2"),
    guarded("/admin?x=../../public", RFC_3986),
    ...[
      "/x/..;/admin",
      "/x/..;a=b/admin",
      "/..;/admin",
      "/x/%2e%2e;/admin",
      "/x/%2e%2e%3b/admin",
      "/.;/admin",
    ].map((path) => refused(path, ORANGE)),
    ...[
      "/x/..%2fadmin",
      "/x/..%2Fadmin",
      "/x%2f..%2fadmin",
      "/x%2f../admin",
      "/x/%2e%2e%2fadmin",
      "/%2fadmin",
      "/x%2F%2e%2e%2Fadmin",
      "/odd/..%2fadmin",
      "/odd/%2e%2e%2f%2e%2e%2fadmin",
    ].map((path) => refused(path, "CVE-2021-41773, Apache httpd")),
    ...[
      "/x/..\\admin",
      "/x\\..\\admin",
      "/\\admin",
      "/x/..%5cadmin",
      "/x%5c..%5cadmin",
      "/odd/..%5cadmin",
      "/odd\\..\\..\\admin",
    ].map((path) => refused(path, "IIS, Tomcat: backslash as a slash")),
    ...["/admin%00", "/admin%00.png", "/%00/admin", "/x%00/../admin"].map((path) =>
      refused(path, "CWE-158, NUL"),
    ),
    ...["/admin%0a", "/admin%0d%0aX: y", "/admin%09", "/%1fadmin", "/admin%7f"].map((path) =>
      refused(path, "CWE-93, control characters"),
    ),
    ...["/%", "/%a", "/%zz", "/%u002e%u002e/admin", "/%2", "/admin%", "/%%32%65"].map((path) =>
      refused(path, "RFC 3986 §2.1; IIS %u"),
    ),
    ...["/a\x01b", "/a\x7fb", "/\x00admin"].map((path) => refused(path, "RFC 9112 §3.2")),
    ...["/\xc0\xae\xc0\xae/admin", "/\xff", "/\xe0\x80\xaf"].map((path) =>
      refused(path, "CVE-2000-0884, overlong UTF-8 as bytes"),
    ),
    ...[
      "/%c0%ae%c0%ae/admin",
      "/x/..%c0%afadmin",
      "/x/%c0%af../admin",
      "/x/..%c1%9cadmin",
      "/%c1%a1dmin/x",
      "/x/..%e0%80%afadmin",
      "/x/..%f0%80%80%afadmin",
      "/odd/..%c0%af..%c0%afadmin",
      "/admin%c0%80",
    ].map((path) => refused(path, "CVE-2000-0884, CVE-2008-2938, overlong UTF-8")),
    canonical("/%e2%80%a5/admin", "Unicode NFKC, two dot leader", "/base/%E2%80%A5/admin"),
    canonical("/x/..%ef%bc%8fadmin", "Unicode NFKC, full-width slash", "/base/x/..%EF%BC%8Fadmin"),
    canonical("/%252e%252e/admin", "CWE-174, double decoding", "/base/%252e%252e/admin"),
    canonical("/x/..%252fadmin", "CWE-174, double decoding", "/base/x/..%252fadmin"),
    canonical("/%2561dmin", "CWE-174, double decoding", "/base/%2561dmin"),
    canonical("/.../admin", "RFC 3986 §5.2.4", "/base/.../admin"),
    canonical("/..x/admin", "RFC 3986 §5.2.4", "/base/..x/admin"),
    canonical(
      "/x/.. /admin".replace(" ", "%20"),
      "Windows: blanks at the end of a name",
      "/base/x/..%20/admin",
    ),
    canonical("/ADMIN/x", "docs/proxying.md: case matters", "/base/ADMIN/x"),
    canonical("/../../etc/passwd", "CWE-22", "/base/etc/passwd"),
    canonical("/%2e%2e/%2e%2e/etc/passwd", "CWE-22", "/base/etc/passwd"),
    canonical("/files/../../../etc/passwd", "CWE-22, out of a rewritten path", "/base/etc/passwd"),
    canonical("/files/%2e%2e/x", "Orange Tsai 2018, nginx off-by-slash", "/base/x"),
    canonical("/files../x", "Orange Tsai 2018, nginx off-by-slash", "/base/files../x"),
    canonical("/odd/a%2fb", "allowInPath", "/base/odd/a%2Fb"),
    canonical("/odd/a%00b", "allowInPath", "/base/odd/a%00b"),
    canonical("/odd/a\\b", "allowInPath", "/base/odd/a%5Cb"),
    canonical("/a/b?x=/../../admin", "RFC 3986 §3.4", "/base/a/b?x=/../../admin"),
    canonical("/a%3f/../b", "RFC 3986 §2.2", "/base/b"),
    canonical("/a%23b", "RFC 3986 §2.2", "/base/a%23b"),
    refused("/odd/../admin%2f", "allowInPath ends where the dots lead"),
    guarded("/odd/../admin/x", "allowInPath ends where the dots lead"),
    guarded("/files/../admin/x", "CWE-22"),
  ],
};
