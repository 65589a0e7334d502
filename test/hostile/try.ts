// What a try is. The tables in families/ are data: what is sent, byte for byte, and what the client and the origin must see.
import type net from "node:net";
import type { SiteFile } from "../../shared/site/schema.ts";

/** One connection of one client. Bytes are written in Latin-1. `<host>` stands for the host that the try has for itself. */
export interface Exchange {
  /** Several texts are written one after another, each when the edge has had time to read the one before. */
  readonly sends: string | readonly string[];
  /** The client sends nothing more, and says so (TCP FIN). Otherwise the edge has to close the connection. */
  readonly ends?: true;
  /** The client leaves as soon as it has sent its bytes, or after so many milliseconds. */
  readonly leaves?: true | number;
  /** So many such connections at the same time. */
  readonly times?: number;
  /** The statuses of all answers on the connection, in order. */
  readonly gets: readonly number[];
  /** In everything that the client receives. */
  readonly sees?: RegExp;
  readonly seesNot?: RegExp;
  /** What comes after the last whole answer: one that is broken off. By default nothing does. */
  readonly rest?: RegExp;
  /** The edge is done in that time. It is generous: what takes longer takes time by the square of the length, at least. */
  readonly withinMs?: number;
}

/** A text is sent, and the connection is then closed unless the text says `Connection: keep-alive`. */
export type Answering = string | Answerer;
export type Answerer = (request: string, socket: net.Socket) => void;

export interface Try extends Exchange {
  /** What is tried. */
  readonly name: string;
  /** Where it was published, or which rule of HTTP it breaks. */
  readonly source: string;
  /** Further clients, in order: mostly an innocent one, to whom nothing may have happened. */
  readonly next?: readonly Exchange[];
  /** The requests that the origin receives, as `GET /path`; with `, cut` if the end never comes. */
  readonly origin: readonly string[];
  /** In all bytes that the origin receives. */
  readonly originSees?: RegExp;
  readonly originSeesNot?: RegExp;
  /** How the origin answers, in place of what the family says. */
  readonly answers?: Answering;
}

export interface Family {
  readonly title: string;
  /** Its hosts are `<title>.test` and `*.<title>.test`. `url` is the origin's. */
  site(url: string): Omit<SiteFile, "hosts">;
  /** How the origin answers. By default it repeats the request line, and forbids to store that. */
  readonly answers?: Answering;
  /** Warnings that the edge's operator gets in this family. There are no others. */
  readonly warnings?: RegExp;
  /** Lines that the runtime prints in this family. There are no others. */
  readonly prints?: RegExp;
  readonly tries: readonly Try[];
}

/** A complete request, after which the edge closes the connection. */
export const get = (target: string, fields = "", host = "<host>"): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${fields}\r\n`;

/** The connection stays open. */
export const post = (target: string, fields: string, body = ""): string =>
  `POST ${target} HTTP/1.1\r\nHost: <host>\r\n${fields}\r\n${body}`;

export const ok = (fields: string, body: string): string =>
  `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${Buffer.byteLength(body, "latin1")}\r\n\r\n${body}`;
