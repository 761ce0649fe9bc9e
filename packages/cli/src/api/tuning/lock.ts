// One at a time across the processes of a machine: a lock file that names its holder. The lock of a process that is gone
// is taken over.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const RETRY_MS = 50;

/** Runs `work` while holding the lock; the signal ends the waiting. */
export async function withLock<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const token = `${process.pid} ${Math.random()}`;
  while (!(await take(path, token))) await wait(RETRY_MS, undefined, { signal });
  try {
    return await work();
  } finally {
    if (holderOf(path) === token) rmSync(path, { force: true });
  }
}

/** Whether the lock is ours now. */
async function take(path: string, token: string): Promise<boolean> {
  const holder = holderOf(path);
  if (holder !== undefined && !isAlive(holder)) rmSync(path, { force: true });
  try {
    writeFileSync(path, token, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  // Two that take over the same stale lock could each remove what the other has just made.
  await wait(2);
  return holderOf(path) === token;
}

function holderOf(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process of a holder runs; one that was not written yet gets the benefit of the doubt. */
function isAlive(holder: string): boolean {
  const pid = Number.parseInt(holder, 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
