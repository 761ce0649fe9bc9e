// Running the command line in a test: in this process with its own streams, or as a process of its own.

import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "../main.ts";
import type { Io } from "../terminal/io.ts";

/** What a run left. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Path of a file in fixtures/. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** A folder for one test file, with copies of fixtures on demand. */
export function scratch(): {
  readonly path: string;
  in(name: string): string;
  copy(name: string, as?: string): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), "tersor-cli-"));
  return {
    path,
    in: (name) => join(path, name),
    copy(name, as = name) {
      copyFileSync(fixture(name), join(path, as));
      return join(path, as);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Runs `tersor` in this process. */
export async function tersor(
  args: readonly string[],
  more: Partial<Io> & { readonly tty?: boolean } = {},
): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    write: (text: string) => (written[name] += text),
    isTTY: more.tty === true,
    columns: 100,
  });
  const io: Io = {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env: {},
    signal: new AbortController().signal,
    ...more,
  };
  const code = await main(args, io);
  return { code, ...written };
}

/** Starts `tersor` from its source as a process of its own. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const bin = fileURLToPath(new URL("../bin.ts", import.meta.url));
  const loader = ["--conditions=@tersor/source", "--import", "tsx"];
  return spawn(process.execPath, [...loader, bin, ...args], { env: { ...process.env, ...env }, stdio: "pipe" });
}

/** What a process said, and how it ended. */
export function ended(child: ChildProcess): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, ...written })));
}
