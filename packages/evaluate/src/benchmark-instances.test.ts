import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { pathToFileURL, fileURLToPath } from "node:url";
import { isTersorError } from "@tersor/core";
import { expect, test } from "vitest";
import { benchmarkInstances, type InstanceCommand } from "./benchmark-instances.ts";
import { allowedCores, coresOfList, findTaskset } from "./cores.ts";

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const worker = fileURLToPath(new URL("./instance.fixture.ts", import.meta.url));
const node = (...args: string[]): InstanceCommand => ({ file: process.execPath, args });
const real = (...args: string[]) => node("--conditions=@tersor/source", "--import", tsx, worker, ...args);
const one = { instances: 1, coresPerInstance: 1 };

test("the kernel's lists of cores are read", () => {
  expect(coresOfList("0-3,8")).toEqual([0, 1, 2, 3, 8]);
  expect(coresOfList("5")).toEqual([5]);
  expect(allowedCores().length).toBeGreaterThan(0);
});

test("where processes can't be bound, that is said", () => {
  expect(findTaskset("win32")).toEqual({ why: "processes are bound to cores on Linux only, and this is win32" });
  expect(findTaskset("linux", mkdtempSync(`${tmpdir()}/empty-`))).toEqual({
    why: "taskset (of util-linux) is not installed",
  });
});

test("each process runs on its own cores and throughput adds up", async () => {
  const instances = Math.min(2, allowedCores().length);
  const found = await benchmarkInstances({ command: real(), instances, coresPerInstance: 1 });
  expect(found).toMatchObject({ instances, coresPerInstance: 1, wallMs: { p50: 2 } });
  if (found.pinned.kind === "not-pinned") return;
  expect(found.pinned.cores.flat()).toEqual(allowedCores().slice(0, instances));
  expect(found.batchSize).toBe(1);
  expect(found.throughput).toBeCloseTo(500 * instances, 6);
});

test("more cores than there are is a typed error", async () => {
  await expect(benchmarkInstances({ command: real(), instances: 4096, coresPerInstance: 4 })).rejects.toSatisfy(
    (error) => isTersorError(error, "EVALUATE_TOO_FEW_CORES"),
  );
});

test.each<[string, InstanceCommand, RegExp]>([
  ["crashes", node("-e", "console.error('out of luck'); process.exit(3)"), /exit code 3.*out of luck/s],
  ["is killed", node("-e", "process.kill(process.pid, 'SIGKILL')"), /ended by a signal/],
  ["is not a program", { file: "/nowhere/node", args: [] }, /before it gave its times/],
])("a process that %s is a typed error", async (_, command, text) => {
  const running = benchmarkInstances({ command, ...one });
  await expect(running).rejects.toSatisfy((error) => isTersorError(error, "EVALUATE_INSTANCE_FAILED"));
  await expect(running).rejects.toThrow(text);
});

test("what the model's process tells comes through", async () => {
  await expect(benchmarkInstances({ command: real("no-such-model"), ...one })).rejects.toThrow(
    /no model no-such-model/,
  );
});

test("a process that hangs is ended, by the time-out or by the caller", async () => {
  const hang = node("-e", "setInterval(() => {}, 1000)");
  await expect(benchmarkInstances({ command: hang, ...one, timeoutMs: 200 })).rejects.toSatisfy((error) =>
    isTersorError(error, "EVALUATE_INSTANCE_TIMEOUT"),
  );
  const signal = AbortSignal.timeout(200);
  await expect(benchmarkInstances({ command: hang, ...one, signal })).rejects.toSatisfy((error) =>
    isTersorError(error, "EVALUATE_STOPPED"),
  );
});
