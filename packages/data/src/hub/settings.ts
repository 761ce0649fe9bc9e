// Where the hub is, where its files are kept, and how patient downloads are: from options and from the environment
// variables of huggingface_hub (https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables).

import { homedir } from "node:os";
import { join } from "node:path";
import { badOption } from "../errors.ts";

/** What is known of a download while it runs. */
export interface HubProgress {
  /** What is fetched, as "hf:org/name/model.onnx". */
  readonly name: string;
  readonly receivedBytes: number;
  /** Undefined where the server does not say. */
  readonly totalBytes: number | undefined;
}

/** How the hub is reached. What is left out comes from the environment. */
export interface HubOptions {
  /** Default HF_HUB_CACHE, or HF_HOME/hub, or ~/.cache/huggingface/hub: the folder Python's huggingface_hub uses too. */
  readonly cacheFolder?: string;
  /** Default HF_ENDPOINT, or https://huggingface.co. */
  readonly endpoint?: string;
  /** Default HF_TOKEN. It is sent to the endpoint only, and never written anywhere. */
  readonly token?: string;
  /** Nothing is fetched; what is in the cache is used. Default HF_HUB_OFFLINE. */
  readonly offline?: boolean;
  /** How long a server may stay silent. Default HF_HUB_DOWNLOAD_TIMEOUT (seconds), or 30 s. */
  readonly stallMs?: number;
  /** How often something is tried without any progress. Default 5. */
  readonly attempts?: number;
  /** Pause before the second try; it doubles from try to try. Default 500. */
  readonly retryDelayMs?: number;
  /** Stops what runs; what was received stays for the next time. */
  readonly signal?: AbortSignal;
  /** Called at the beginning, about ten times per second, and at the end of each download. */
  readonly onProgress?: (progress: HubProgress) => void;
}

/** Options with everything filled in. */
export interface HubSettings {
  readonly cacheFolder: string;
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly offline: boolean;
  readonly stallMs: number;
  readonly attempts: number;
  readonly retryDelayMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: HubProgress) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Options, completed from the environment. @throws DATA_OPTION for an endpoint that is no http(s) URL */
export function hubSettings(options: HubOptions = {}, environment: Environment = process.env): HubSettings {
  return {
    cacheFolder: options.cacheFolder ?? cacheFolder(environment),
    endpoint: endpointUrl(options.endpoint ?? (environment["HF_ENDPOINT"] || "https://huggingface.co")),
    token: options.token ?? (environment["HF_TOKEN"]?.trim() || undefined),
    offline: options.offline ?? (isOn(environment["HF_HUB_OFFLINE"]) || isOn(environment["TRANSFORMERS_OFFLINE"])),
    stallMs: options.stallMs ?? (secondsOf(environment["HF_HUB_DOWNLOAD_TIMEOUT"]) ?? 30) * 1000,
    attempts: Math.max(1, options.attempts ?? 5),
    retryDelayMs: options.retryDelayMs ?? 500,
    signal: options.signal,
    onProgress: options.onProgress ?? (() => undefined),
  };
}

function cacheFolder(environment: Environment): string {
  const cache = environment["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const home = environment["HF_HOME"] || join(cache, "huggingface");
  return environment["HF_HUB_CACHE"] || environment["HUGGINGFACE_HUB_CACHE"] || join(home, "hub");
}

function endpointUrl(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return endpoint.replace(/\/+$/, "");
  throw badOption("HF_ENDPOINT", `must be a URL such as https://huggingface.co, not "${endpoint}"`, { endpoint });
}

function isOn(value: string | undefined): boolean {
  return ["1", "on", "yes", "true"].includes(value?.trim().toLowerCase() ?? "");
}

function secondsOf(value: string | undefined): number | undefined {
  const seconds = Number(value);
  return value !== undefined && seconds > 0 && seconds < 86_400 ? seconds : undefined;
}
