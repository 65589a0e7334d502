// The options with which the operator gives names to files and sockets, for site files to use: `--origin-ca`, `--origin-cert`, `--origin-socket`.
import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { Named, OriginFiles } from "./origin-material.ts";

export interface OriginOptions {
  readonly originCa: readonly Named<string>[];
  readonly originCert: readonly Named<{ readonly cert: string; readonly key: string }>[];
  readonly originSocket: readonly Named<string>[];
}

export const withOriginOptions = (command: Command): Command =>
  command
    .option(
      "--origin-ca <NAME=FILE>",
      "the authority that site files call NAME in `tls.ca` (PEM); NAME@HOST=FILE for the site of that host only",
      listed(parseFile),
      [],
    )
    .option(
      "--origin-cert <NAME=CERT,KEY>",
      "the client certificate that they call NAME in `tls.certificate` (PEM); NAME@HOST=CERT,KEY likewise",
      listed(parsePair),
      [],
    )
    .option(
      "--origin-socket <NAME=PATH>",
      "the Unix socket that they call NAME in `socket`; NAME@HOST=PATH likewise",
      listed(parseSocket),
      [],
    );

export const originFilesOf = ({ originCa, originCert, originSocket }: OriginOptions): OriginFiles => ({
  cas: originCa,
  certificates: originCert,
  sockets: originSocket,
});

/** May be given often, but not twice for one name and site. */
function listed<Value>(parse: (value: string) => Value) {
  return (text: string, before: readonly Named<Value>[]): readonly Named<Value>[] => {
    const [, name, site, value] =
      /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})(?:@([A-Za-z0-9*_.-]+))?=(.+)$/is.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new InvalidArgumentError("Write NAME=VALUE, or NAME@HOST=VALUE for one site.");
    const one = { name, site: site?.toLowerCase(), value: parse(value) };
    if (before.some((other) => other.name === one.name && other.site === one.site))
      throw new InvalidArgumentError(`${name}${site === undefined ? "" : `@${site}`} is given twice.`);
    return [...before, one];
  };
}

const parseFile = (file: string): string => file;

function parsePair(text: string): { cert: string; key: string } {
  const [cert, key, ...more] = text.split(",");
  if (!cert || !key || more.length > 0)
    throw new InvalidArgumentError("Write two files with a comma between them: CERT,KEY.");
  return { cert, key };
}

/** The processes of the service may have another current folder. */
const parseSocket = (file: string): string => path.resolve(file);
