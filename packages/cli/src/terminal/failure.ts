// How an error ends a run: its text, its exit code, and its form for machines.

import { CommanderError } from "commander";
import { isTersorError } from "@tersor/core";
import { createPaint, wantsColor } from "@tersor/evaluate";
import { packageVersion } from "../version.ts";
import { exitCodes } from "./exit-code.ts";
import type { Io } from "./io.ts";

/** The exit code that an error asks for. */
export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return stopCodeOf(signal.reason);
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (!isTersorError(error)) return exitCodes.internal;
  return error.code === "TERSOR_CHECK_FAILED" ? exitCodes.failed : exitCodes.error;
}

function stopCodeOf(reason: unknown): number {
  const signal = isTersorError(reason, "TERSOR_STOPPED") ? reason.data["signal"] : undefined;
  return signal === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
}

/** Tells an error: in words on stderr, and as one JSON object on stdout where JSON was asked for. */
export function tellFailure(error: unknown, io: Io, json: boolean): void {
  // Commander has said what is wrong with the command line.
  if (error instanceof CommanderError) return;
  const told = io.signal.aborted ? io.signal.reason : error;
  io.stderr.write(failureText(told, io));
  if (json) io.stdout.write(`${JSON.stringify({ error: failureData(told) })}\n`);
}

function failureText(error: unknown, io: Io): string {
  const paint = createPaint(wantsColor(io.stderr, io.env));
  const stack = io.env["TERSOR_DEBUG"] && error instanceof Error ? `${error.stack}\n` : "";
  if (isTersorError(error)) return `${paint("bad", error.code)}: ${error.message}\n${stack}`;
  const versions = `tersor ${packageVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const advice = "This is a defect of Tersor. Please report it with this message, the command, and what";
  return `${paint("bad", "Unexpected error")}: ${messageOf(error)}\n${advice} TERSOR_DEBUG=1 adds (${versions}).\n${stack}`;
}

function failureData(error: unknown): object {
  if (isTersorError(error)) return { code: error.code, message: error.message, data: error.data };
  return { code: "TERSOR_UNEXPECTED", message: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
