// What a site asks of its log, compiled: its settings, and the format as a function.
import type { LogConfig } from "../../shared/site/log-schema.ts";
import type { LogFormat } from "../ports.ts";
import { logFormat } from "./log-formats.ts";

export interface LogRules extends LogConfig {
  readonly line: LogFormat;
}

export const compileLog = (config: LogConfig): LogRules => ({ ...config, line: logFormat(config) });

/** For a request that no site takes. */
export const LOG_WITHOUT_SITE: LogRules = compileLog({
  format: "json",
  sample: 1,
  query: false,
  bytes: "declared",
});
