// Connects to origins in place of a Worker that can only ask an origin by its URL: with another Host, by TLS of the operator's, over a Unix
// socket. That is the Worker of `headgate dev`, and one of `headgate serve` until it has been replaced after a site was published. Each
// request says where it goes; one without the secret of this run goes nowhere.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { type Duplex, PassThrough } from "node:stream";
import { checkServerIdentity } from "node:tls";
import { DOORWAY_FIELD, type DoorwayTold } from "../../shared/site/endpoint-doorway.ts";
import { materialFor, type OriginMaterial } from "./origin-material.ts";
import { pairs, relayAnswer, relayAnswerOver } from "./relay-answer.ts";

export interface OriginDoorway {
  /** With the secret as its path: the Worker's HEADGATE_ORIGIN_DOORWAY. */
  readonly url: string;
  close(): void;
}

export async function openOriginDoorway(material: () => OriginMaterial): Promise<OriginDoorway> {
  const secret = randomBytes(24).toString("hex");
  // How long an upload may take is for the Worker to know. Node ends each one after five minutes.
  const server = http.createServer({ requestTimeout: 0 }, (ask, answer) => {
    const onward = requestFor(ask, secret, material(), ask.socket);
    if (!onward) return;
    // A connection that ends without a word is what the Worker would see at the origin itself.
    onward.on("error", () => ask.socket.destroy());
    onward.on("response", (answered) => relayAnswer(answered, answer));
    onward.on("upgrade", (_answered, peer) => {
      peer.destroy(); // nobody asked for it
      ask.socket.destroy();
    });
    answer.on("close", () => onward.destroy());
    ask.pipe(onward);
  });
  server.on("upgrade", (ask, socket, head) => {
    const onward = requestFor(ask, secret, material(), socket);
    if (!onward) return;
    socket.on("error", () => onward.destroy());
    // Read from the beginning, because otherwise nothing tells that the Worker has gone while the origin is silent.
    const said = socket.pipe(new PassThrough());
    const giveUp = () => onward.destroy();
    socket.on("end", giveUp).on("close", giveUp);
    onward.on("error", () => socket.destroy());
    onward.on("upgrade", (answered, peer, first) => {
      socket.off("end", giveUp);
      peer.on("error", () => socket.destroy());
      socket.on("close", () => peer.destroy());
      socket.write(headOf(answered), "latin1"); // as Node has read it
      socket.write(first);
      peer.write(head);
      peer.pipe(socket);
      said.pipe(peer);
    });
    onward.on("response", (answered) => relayAnswerOver(socket, ask, answered));
    onward.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${secret}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Undefined if it may not pass, or leads nowhere. Then the socket has been ended. */
function requestFor(
  ask: http.IncomingMessage,
  secret: string,
  material: OriginMaterial,
  socket: Duplex,
): http.ClientRequest | undefined {
  const told = readTold(ask.headers[DOORWAY_FIELD], secret);
  if (!told) return void refuse(socket);
  const target = targetOf(told.endpoint, material);
  if (!target) return void socket.destroy();
  const headers = ["Host", told.host];
  for (const [name, value] of pairs(ask.rawHeaders))
    if (!["host", DOORWAY_FIELD].includes(name.toLowerCase())) headers.push(name, value);
  const options = { method: ask.method, path: ask.url, headers, agent: false, ...target };
  return told.endpoint.tls ? https.request(options) : http.request(options);
}

function readTold(field: string | string[] | undefined, secret: string): DoorwayTold | undefined {
  if (typeof field !== "string") return undefined;
  try {
    const told = JSON.parse(field) as DoorwayTold;
    const given = Buffer.from(String(told.secret));
    return given.length === secret.length && timingSafeEqual(given, Buffer.from(secret)) ? told : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined if the operator has not given what the site names. */
function targetOf(
  endpoint: DoorwayTold["endpoint"],
  material: OriginMaterial,
): https.RequestOptions | undefined {
  const given = materialFor(endpoint, material);
  if (!given) return undefined;
  const { socketPath, ca, certificate: own } = given;
  const { tls } = endpoint;
  const { hostname, port } = new URL(endpoint.origin);
  const place =
    socketPath === undefined
      ? { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? (tls ? 443 : 80) : Number(port) }
      : { socketPath };
  if (!tls) return place;
  return {
    ...place,
    servername: net.isIP(tls.name) ? "" : tls.name,
    checkServerIdentity: (_host, certificate) => checkServerIdentity(tls.name, certificate),
    ...(ca !== undefined && { ca }),
    ...(own && { cert: own.cert, key: own.key }),
  };
}

function refuse(socket: Duplex): void {
  socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

const headOf = ({ statusCode, statusMessage, rawHeaders }: http.IncomingMessage): string =>
  [
    `HTTP/1.1 ${statusCode} ${statusMessage}`,
    ...pairs(rawHeaders).map(([name, value]) => `${name}: ${value}`),
    "",
    "",
  ].join("\r\n");
