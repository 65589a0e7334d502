// Fields by which a client claims another address, host, scheme, path, method or user. Nobody vouches for them, so the origin
// gets what the edge knows, and nothing of the claim.
import { type Family, get, post, type Try } from "../try.ts";

const EVIL = "203.0.113.66";

/** `claim` is a field line without its end; what is after the colon must not get to the origin. */
const claimed = (claim: string, source: string): Try => {
  const [name = "", value = ""] = claim.split(": ");
  const escaped = value.replaceAll(/[^A-Za-z0-9]/g, "\\$&");
  return {
    name: `${name} is not believed`,
    source,
    sends: get("/a", `${claim}\r\n`),
    gets: [200],
    origin: ["GET /a"],
    originSees: /^x-forwarded-for: 127\.0\.0\.1\r$/im,
    originSeesNot: new RegExp(escaped, "i"),
  };
};

const ADDRESS: readonly (readonly [name: string, source: string])[] = [
  ["X-Forwarded-For", "de facto standard"],
  ["X_Forwarded_For", "CGI, RFC 3875"],
  ["X-Forwarded_For", "CGI, RFC 3875"],
  ["X.Forwarded.For", "PHP, variables from outside"],
  ["X-Forwarded", "npm request-ip"],
  ["Forwarded-For", "npm request-ip"],
  ["X-Real-IP", "nginx realip"],
  ["X-Client-IP", "npm request-ip"],
  ["Client-IP", "Rails, ActionDispatch::RemoteIp"],
  ["True-Client-IP", "Akamai; Cloudflare Enterprise"],
  ["CF-Connecting-IP", "Cloudflare"],
  ["CF-Connecting-IPv6", "Cloudflare"],
  ["CF-Pseudo-IPv4", "Cloudflare"],
  ["Fastly-Client-IP", "Fastly"],
  ["Fly-Client-IP", "Fly.io"],
  ["X-Cluster-Client-IP", "Zeus; Rackspace"],
  ["Cluster-Client-IP", "403 bypass lists"],
  ["X-Envoy-External-Address", "Envoy"],
  ["X-Azure-ClientIP", "Azure Front Door"],
  ["X-Azure-SocketIP", "Azure Front Door"],
  ["X-Appengine-User-IP", "Google App Engine; npm request-ip"],
  ["X-Appengine-Remote-Addr", "Google App Engine; gin"],
  ["CloudFront-Viewer-Address", "Amazon CloudFront; axum-client-ip"],
  ["WL-Proxy-Client-IP", "WebLogic; hutool getClientIP"],
  ["HTTP_CLIENT_IP", "hutool getClientIP"],
  ["HTTP_X_FORWARDED_FOR", "hutool getClientIP"],
  ["X-Originating-IP", "403 bypass lists"],
  ["X-Remote-IP", "403 bypass lists"],
  ["X-Remote-Addr", "403 bypass lists"],
  ["X-ProxyUser-Ip", "403 bypass lists"],
  ["X-Original-Forwarded-For", "Kubernetes ingress-nginx"],
  ["X-Vercel-Forwarded-For", "Vercel"],
  ["X-NF-Client-Connection-IP", "Netlify"],
  ["Incap-Client-IP", "Imperva"],
  ["X-Sucuri-ClientIP", "Sucuri"],
  ["Ali-CDN-Real-IP", "Alibaba Cloud CDN"],
  ["CDN-Src-IP", "ChinaCache; Baidu"],
  ["X-True-Client-IP", "403 bypass lists"],
  ["X-Custom-IP-Authorization", "403 bypass lists; PortSwigger lab"],
];

const OTHERS: readonly (readonly [claim: string, source: string])[] = [
  ["X-Forwarded-Host: evil.test", "Kettle 2018, Practical Web Cache Poisoning"],
  ["X_Forwarded_Host: evil.test", "CGI, RFC 3875"],
  ["X-Host: evil.test", "Kettle 2018, Practical Web Cache Poisoning"],
  ["X-Original-Host: evil.test", "Kettle 2017, Cracking the Lens"],
  ["X-HTTP-Host-Override: evil.test", "Kettle 2017, Cracking the Lens"],
  ["X-Forwarded-Server: evil.test", "Kettle 2018, Practical Web Cache Poisoning"],
  ["X-Envoy-Original-Host: evil.test", "Envoy"],
  ["X-Forwarded-Proto: gopher", "Kettle 2018, Practical Web Cache Poisoning"],
  ["X-Forwarded-Scheme: gopher", "Kettle 2020, Web Cache Entanglement"],
  ["X-Scheme: gopher", "Flask ReverseProxied"],
  ["X-URL-Scheme: gopher", "Rack"],
  ["X-Forwarded-Ssl: evil", "Rack"],
  ["Front-End-Https: evil", "Microsoft ISA"],
  ["X-Forwarded-Port: 4711", "Rack; Spring"],
  ["X-Forwarded-Prefix: /evil", "Spring; Traefik"],
  ["X-Script-Name: /evil", "Flask ReverseProxied"],
  ["Script-Name: /evil", "gunicorn forwarder_headers"],
  ["Path-Info: /evil", "gunicorn forwarder_headers"],
  ["X-Original-URL: /evil", "CVE-2018-14773, Symfony"],
  ["X-Rewrite-URL: /evil", "CVE-2018-14773, Zend"],
  ["X_Original_URL: /evil", "CGI, RFC 3875"],
  ["X-Original-URI: /evil", "ingress-nginx"],
  ["X-Override-URL: /evil", "Kettle 2018, Practical Web Cache Poisoning"],
  ["X-Forwarded-Path: /evil", "Kettle 2018, Practical Web Cache Poisoning"],
  ["X-Forwarded-Uri: /evil", "Traefik ForwardAuth"],
  ["X-Envoy-Original-Path: /evil", "Envoy"],
  ["X-Original-Method: EVIL", "ingress-nginx"],
  ["X-Forwarded-Method: EVIL", "Traefik ForwardAuth"],
  ["X-HTTP-Method-Override: DELETE", "Kettle 2018, Practical Web Cache Poisoning"],
  ["X-HTTP-Method: PURGE", "Microsoft OData"],
  ["X-Method-Override: PATCH", "Express method-override"],
  ["X_HTTP_Method_Override: DELETE", "CGI, RFC 3875"],
  ["X-Forwarded-User: evil", "oauth2-proxy"],
  ["X-Forwarded-Client-Cert: evil", "Envoy"],
  ["Forwarded: for=203.0.113.66;host=evil.test;proto=gopher;by=evil", "RFC 7239 §8.1"],
  ["CF-Visitor: {evil}", "Cloudflare"],
  ["CF-IPCountry: T1", "Cloudflare"],
  ["CF-Worker: evil.test", "Cloudflare"],
  ["X-Middleware-Subrequest: src/evil", "CVE-2025-29927, Next.js"],
  ["X-Accel-Mapping: /=/evil", "CVE-2025-61780, Rack::Sendfile"],
  ["X-Sendfile-Type: evil", "CVE-2025-61780, Rack::Sendfile"],
];

export const forwarding: Family = {
  title: "forwarding",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [
      {
        id: "inside",
        match: { path: "/inside" },
        access: { allow: { ip: ["10.0.0.0/8"] } },
        cache: "off",
        to: "web",
      },
      { id: "reader", match: { path: "/reader" }, methods: ["GET", "POST"], cache: "off", to: "web" },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    ...ADDRESS.map(([name, source]) => claimed(`${name}: ${EVIL}`, source)),
    ...OTHERS.map(([claim, source]) => claimed(claim, source)),
    ...[
      "X-Forwarded-For: 10.0.0.1",
      "Forwarded: for=10.0.0.1",
      "CF-Connecting-IP: 10.0.0.1",
      "X-Real-IP: 10.0.0.1",
    ].map(
      (claim): Try => ({
        name: `${claim} opens no route for 10.0.0.0/8`,
        source: "CWE-290, spoofed address",
        sends: get("/inside", `${claim}\r\n`),
        gets: [403],
        origin: [],
      }),
    ),
    {
      name: "X-HTTP-Method-Override on a POST counts as that method",
      source: "Express method-override",
      sends: post("/reader", "Connection: close\r\nX-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n"),
      gets: [405],
      origin: [],
    },
    {
      name: "X_HTTP_Method_Override on a POST counts too, in the second of two lines",
      source: "CGI, RFC 3875",
      sends: post(
        "/reader",
        "Connection: close\r\nX-HTTP-Method: POST\r\nX_HTTP_Method_Override: DELETE\r\nContent-Length: 0\r\n",
      ),
      gets: [405],
      origin: [],
    },
  ],
};
