// Trials in processes of their own: a crash or an endless loop costs one trial, never the search.

import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TersorError } from "@tersor/core";
import { trialEnded } from "../../errors.ts";
import type { MeasureAnswer, MeasureRequest, Told, TrialAnswer, TrialRequest } from "./messages.ts";

const running = new Set<ChildProcess>();

/** The last act of the searching process; one that is killed closes the channel, which ends a trial that listens. */
function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Asks a new process; the signal ends it. @throws TERSOR_TRIAL_ENDED when it ends without an answer, and what it told. */
export function ask(request: TrialRequest, signal: AbortSignal): Promise<TrialAnswer>;
export function ask(request: MeasureRequest, signal: AbortSignal): Promise<MeasureAnswer>;
export function ask(request: TrialRequest | MeasureRequest, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  const child = start();
  const end = () => child.kill("SIGKILL");
  signal.addEventListener("abort", end, { once: true });
  child.send(request, () => {});
  return answerOf(child).finally(() => {
    signal.removeEventListener("abort", end);
    end();
  });
}

function answerOf(child: ChildProcess): Promise<unknown> {
  let stderr = "";
  child.stderr?.on("data", (text: Buffer) => (stderr = (stderr + text.toString()).slice(-MOST_STDERR)));
  return new Promise((resolve, reject) => {
    child.once("message", (told: Told<unknown>) => {
      if (told.kind === "done") resolve(told.answer);
      else reject(new TersorError(told.code, told.message, told.data));
    });
    child.once("error", (error) => reject(trialEnded(null, null, error.message)));
    child.once("close", (code, signal) => {
      running.delete(child);
      if (running.size === 0) process.off("exit", killAll);
      reject(trialEnded(code, signal, stderr.trim()));
    });
  });
}

const MOST_STDERR = 2000;

/** Built, the entry lies beside this file; read from source, it needs a loader for TypeScript. */
function start(): ChildProcess {
  const source = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(source ? "../../trial.ts" : "./trial.js", import.meta.url));
  const loader = source ? ["--conditions=@tersor/source", "--import", typescriptLoader()] : [];
  const child = fork(entry, [], {
    execArgv: loader,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // Ctrl-C is for the searching process alone, or trials that it ends would count as failed.
    detached: true,
  });
  if (running.size === 0) process.once("exit", killAll);
  running.add(child);
  return child;
}

function typescriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
}
