// The origins of the edge, and the folders that stand for one. Flow.
import type { Origins } from "../../ports.ts";
import type { FilePorts } from "./find-file.ts";
import { serveFile } from "./serve-file.ts";

/** The same ports, whose origins also answer from folders. */
export function withFolders<Given extends FilePorts & { readonly origins: Origins }>(ports: Given): Given {
  const { origins } = ports;
  return {
    ...ports,
    origins: {
      fetch: (request) => {
        const { files: rules, url, method, headers } = request;
        if (!rules) return origins.fetch(request);
        return serveFile(url.slice(url.indexOf("/", "http://".length)), { method, headers, rules }, ports);
      },
    },
  };
}
