// Sessions in a host, as the caller holds them: compiled when needed, again when the host was started anew.

import {
  TersorError,
  type ObserverRequest,
  type OpProfile,
  type Runnable,
  type RunOptions,
  type Summary,
} from "@tersor/core";
import { sessionDisposed } from "./errors.ts";
import { RuntimeFailure, type Link } from "./link.ts";
import { materialize, type Materialized } from "./materialize.ts";
import { readModel } from "../read/model.ts";
import type { Calls, LoadedRuntime, RuntimeChoice, SessionOptions, Signature } from "./protocol.ts";
import { rejection, runFailure } from "./rejection.ts";

/** Calls on one session. */
type SessionCall = "run" | "time" | "reduce";

/** A compiled model. */
export interface OpenSession {
  /** The model, as errors name it. */
  readonly model: string;
  readonly signature: Signature;
  call<K extends SessionCall>(
    name: K,
    ask: Omit<Calls[K]["ask"], "session">,
    control: RunOptions,
  ): Promise<Calls[K]["answer"]>;
  release(): Promise<void>;
}

export interface HostClient {
  runtime(): Promise<LoadedRuntime>;
  /**
   * Compiles a model.
   * @throws ONNX_MODEL_REJECTED, ONNX_RUNTIME_MISSING, ONNX_RUNTIME_ENDED
   */
  open(model: Runnable, options: SessionOptions, control?: RunOptions): Promise<OpenSession>;
  /** Times the operators of a model; undefined where the runtime can't. */
  profile(
    model: Runnable,
    ask: Omit<Calls["profile"]["ask"], "model">,
    control?: RunOptions,
  ): Promise<OpProfile | undefined>;
  /** Makes observers in the host; gives their keys. */
  watch(requests: readonly ObserverRequest[]): Promise<readonly number[]>;
  /** What the observers found so far, in the order of the keys. */
  summarize(keys: readonly number[]): Promise<readonly Summary[]>;
  /** Ends observers. */
  forget(keys: readonly number[]): Promise<void>;
}

/** A client of the host at the other end of `link`. `notify` is told once when onnxruntime-web stands in. */
export function createHost(link: Link, choice: RuntimeChoice, notify: (notice: string) => void): HostClient {
  let greeted: { readonly life: number; readonly runtime: Promise<LoadedRuntime> } | undefined;
  let noticed = false;
  let sessions = 0;
  let keys = 0;
  const observing = () => ({ model: "the observers", life: link.live() });
  const greet = async (life: number): Promise<LoadedRuntime> => {
    if (greeted?.life !== life)
      greeted = { life, runtime: link.call("hello", { choice }, { model: "the runtime", life }) };
    const runtime = await greeted.runtime;
    if (runtime.fallbackReason !== undefined && !noticed) {
      noticed = true;
      notify(noticeOf(runtime.fallbackReason));
    }
    return runtime;
  };
  return {
    runtime: () => greet(link.live()),
    open: (model, options, control = {}) =>
      openSession({ link, greet, number: () => ++sessions }, model, options, control),
    profile: (model, ask, control = {}) => profileIn({ link, greet }, model, ask, control),
    watch: async (requests) => {
      const watched = requests.map((request) => ({ key: ++keys, request }));
      await link.call("watch", { watched }, observing());
      return watched.map(({ key }) => key);
    },
    summarize: (asked) => link.call("summarize", { keys: asked }, observing()),
    forget: async (asked) => {
      if (asked.length > 0) await link.call("forget", { keys: asked }, observing()).catch(ignoreEnded);
    },
  };
}

function noticeOf(reason: string): string {
  return (
    `onnxruntime-node is not installed, so onnxruntime-web runs the models, several times slower (${reason}). ` +
    `Install it with "npm install onnxruntime-node@1.30.0"; "tersor doctor" tells more.`
  );
}

interface Opening {
  readonly link: Link;
  readonly greet: (life: number) => Promise<LoadedRuntime>;
  readonly number: () => number;
}

/** A session in one life of the host. */
interface Compiled {
  readonly life: number;
  readonly session: number;
  readonly runtime: LoadedRuntime;
  readonly signature: Signature;
}

async function openSession(
  opening: Opening,
  model: Runnable,
  options: SessionOptions,
  control: RunOptions,
): Promise<OpenSession> {
  const { link } = opening;
  const name = modelName(model);
  const compiler = compilerOf(opening, model, options);
  const { signature } = await compiler.ensure(control);
  let disposed = false;
  return {
    model: name,
    signature,
    call: async (call, ask, runControl) => {
      if (disposed) throw sessionDisposed({ model: name });
      const { session, life, runtime } = await compiler.ensure(runControl);
      const whole = { ...ask, session } as Calls[typeof call]["ask"];
      try {
        return await link.call(call, whole, { ...runControl, model: name, life });
      } catch (error) {
        throw worded(error, (reason) => runFailure({ model: name, runtime: runtime.name }, reason));
      }
    },
    release: async () => {
      if (disposed) return;
      disposed = true;
      const last = await compiler.last();
      if (last === undefined) return;
      await link.call("release", { session: last.session }, { model: name, life: last.life }).catch(ignoreEnded);
    },
  };
}

/** Compiles once in each life of the host, and again where that failed. */
function compilerOf(opening: Opening, model: Runnable, options: SessionOptions) {
  let current: { readonly life: number; readonly compiled: Promise<Compiled> } | undefined;
  return {
    last: () => current?.compiled,
    ensure: (control: RunOptions): Promise<Compiled> => {
      const life = opening.link.live();
      if (current?.life === life) return current.compiled;
      const made = { life, compiled: compileIn(opening, life, model, options, control) };
      made.compiled.catch(() => {
        if (current === made) current = undefined;
      });
      current = made;
      return made.compiled;
    },
  };
}

async function compileIn(
  { link, greet, number }: Opening,
  life: number,
  model: Runnable,
  options: SessionOptions,
  control: RunOptions,
): Promise<Compiled> {
  const name = modelName(model);
  // The host starts and loads its runtime while the model is written.
  const greeting = greet(life);
  greeting.catch(() => {});
  const { source, discard } = await materializeFor(greeting, model);
  try {
    const runtime = await greeting;
    const session = number();
    const signature = await link
      .call("compile", { session, model: source, options }, { ...control, model: name, life })
      .catch((error: unknown) => {
        throw worded(error, (reason) => rejection({ model: name, runtime: runtime.name }, reason));
      });
    return { life, session, runtime, signature };
  } finally {
    await discard();
  }
}

async function profileIn(
  { link, greet }: Pick<Opening, "link" | "greet">,
  model: Runnable,
  ask: Omit<Calls["profile"]["ask"], "model">,
  control: RunOptions,
): Promise<OpProfile | undefined> {
  const name = modelName(model);
  const life = link.live();
  const runtime = await greet(life);
  const { source, discard } = await materializeFor(Promise.resolve(runtime), model);
  try {
    const found = await link.call("profile", { ...ask, model: source }, { ...control, model: name, life });
    return found ?? undefined;
  } catch (error) {
    throw worded(error, (reason) => rejection({ model: name, runtime: runtime.name }, reason));
  } finally {
    await discard();
  }
}

/** onnxruntime-web can't follow a file to its data files: it is given a model that holds them. */
async function materializeFor(greeting: Promise<LoadedRuntime>, model: Runnable): Promise<Materialized> {
  const embed = "file" in model && (await greeting).name === "onnxruntime-web";
  return materialize(embed ? await readModel(model.file) : model);
}

/** A message of the runtime as an error of ours; other errors are that already. */
function worded(error: unknown, word: (reason: string) => TersorError): unknown {
  return error instanceof RuntimeFailure ? word(error.message) : error;
}

/** What has ended needs no release. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof TersorError && error.code === "ONNX_RUNTIME_ENDED")) throw error;
}

/** The model in quotes: its file, or the name of its graph. */
export function modelName(model: Runnable): string {
  const name = "file" in model ? model.file : (model.path ?? model.name);
  return name === "" ? "the model" : `"${name}"`;
}
