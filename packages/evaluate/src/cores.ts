// Which cores this process may use, and how to bind another process to some of them. Node only.

import { accessSync, constants, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";

/** Numbers of the cores this process may run on: the kernel's list on Linux, else 0 up to their number. */
export function allowedCores(): readonly number[] {
  const listed = /^Cpus_allowed_list:\s*(\S+)/m.exec(processStatus())?.[1];
  return listed === undefined ? Array.from({ length: availableParallelism() }, (_, core) => core) : coresOfList(listed);
}

/** The cores of a list in the kernel's form, such as "0-3,8". */
export function coresOfList(list: string): readonly number[] {
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The path of `taskset`, which binds a process to cores, or why there is none. */
export function findTaskset(
  platform: string = process.platform,
  path = process.env["PATH"] ?? "",
): { readonly path: string } | { readonly why: string } {
  if (platform !== "linux") return { why: `processes are bound to cores on Linux only, and this is ${platform}` };
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, "taskset"))
    .find(isExecutable);
  return found === undefined ? { why: "taskset (of util-linux) is not installed" } : { path: found };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function processStatus(): string {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
