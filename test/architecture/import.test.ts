// Nothing registers on import: importing a package changes no global, loads no native library, leaves nothing running.
// Each import happens in a Node of its own, from the built files, as a user's would.
import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packages } from "./packages.ts";

interface Observation {
  readonly changed: readonly string[];
  readonly running: readonly string[];
  readonly native: readonly string[];
}

const probe = `
const realms = { globalThis, process, Object: Object.prototype, Array: Array.prototype, Function: Function.prototype,
  Promise: Promise.prototype, String: String.prototype, Map: Map.prototype, Error };
const keys = () => Object.entries(realms).flatMap(([realm, object]) =>
  Reflect.ownKeys(object).map((key) => realm + "." + String(key)));
const listeners = () =>
  process.eventNames().map((name) => process.listenerCount(name) + " on process " + String(name));
const environment = () => Object.entries(process.env).map(([name, value]) => "env " + name + "=" + value);
// zod, a dependency of core, keeps its configuration and its registry of schemas on globalThis.
const ofZod = (key) => key.startsWith("globalThis.__zod_");
const facts = () => new Set([...keys().filter((key) => !ofZod(key)), ...listeners(), ...environment(), "cwd " + process.cwd()]);

process.stdin; // Lazy globals of Node that a first look defines.
const before = facts();
const resources = process.getActiveResourcesInfo();
await import(process.argv[1]);
await new Promise((resolve) => setTimeout(resolve, 20)); // Node's own loader closes its files.
const after = facts();
const running = process.getActiveResourcesInfo();
for (const name of resources) if (running.includes(name)) running.splice(running.indexOf(name), 1);
const changed = [...[...after].filter((fact) => !before.has(fact)), ...[...before].filter((fact) => !after.has(fact))];
const native = process.report.getReport().sharedObjects.filter((file) => file.endsWith(".node"));
console.log(JSON.stringify({ changed, running, native }));
process.exit();
`;

function observeImport(path: string): Observation {
  const entry = pathToFileURL(join(path, "dist/index.js")).href;
  const args = ["--input-type=module", "--eval", probe, entry];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 })) as Observation;
}

describe.each(packages)("importing $manifest.name", ({ path }) => {
  it("has no effect", () => {
    expect(observeImport(path)).toEqual({ changed: [], running: [], native: [] });
  });
});

describe("the probe", () => {
  it.each([
    ["a new global", "globalThis.planted = 1", "changed", "globalThis.planted"],
    ["a listener", "process.on('beforeExit', () => {})", "changed", "1 on process beforeExit"],
    ["a timer", "setTimeout(() => {}, 10_000)", "running", "Timeout"],
  ] as const)("sees %s", (_, code, where, fact) => {
    const planted = `data:text/javascript,${encodeURIComponent(code)}`;
    const args = ["--input-type=module", "--eval", probe, planted];
    const seen = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Observation;
    expect(seen[where]).toContain(fact);
  });
});
