// Loading plugins: packages or modules that export `plugin`, a plain object. Only what was allowed by name is loaded.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "@tersor/core";
import { textOf } from "../api/data.ts";
import { pluginInvalid, pluginNotAllowed } from "../errors.ts";

/** Loads plugins by name, resolved from a folder. @throws TERSOR_PLUGIN_INVALID */
export async function loadPlugins(names: readonly string[], folder: string): Promise<readonly Plugin[]> {
  return Promise.all([...new Set(names)].map((name) => loadPlugin(name, folder)));
}

/**
 * The plugins that a recipe names.
 * @throws TERSOR_PLUGIN_NOT_ALLOWED for one that is neither in `allowed` nor in the package.json of the project.
 */
export async function recipePlugins(
  names: readonly string[],
  allowed: readonly string[],
  where: string,
  folder = process.cwd(),
): Promise<readonly Plugin[]> {
  const known = new Set([...allowed, ...projectPlugins(folder)]);
  const stranger = names.find((name) => !known.has(name));
  if (stranger !== undefined) throw pluginNotAllowed(stranger, where);
  return loadPlugins(
    names.filter((name) => !allowed.includes(name)),
    folder,
  );
}

/** What the nearest package.json allows under "tersor": { "plugins": […] }. */
export function projectPlugins(folder: string): readonly string[] {
  const file = nearestManifest(resolve(folder));
  if (file === undefined) return [];
  try {
    const manifest: { readonly tersor?: { readonly plugins?: unknown } } = JSON.parse(textOf(file, "package.json"));
    const names = manifest.tersor?.plugins;
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch (error) {
    throw pluginInvalid(file, "it is no JSON", error);
  }
}

function nearestManifest(folder: string): string | undefined {
  const file = join(folder, "package.json");
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : nearestManifest(dirname(folder));
}

async function loadPlugin(name: string, folder: string): Promise<Plugin> {
  const module = await importFrom(name, folder);
  const { plugin } = module;
  if (isPlugin(plugin)) return plugin;
  throw pluginInvalid(name, `it exports no object named "plugin" that has a name.`);
}

async function importFrom(name: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(addressOf(name, folder))) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw pluginInvalid(name, `${(error as Error).message}. Is it installed in this project?`, error);
  }
}

function addressOf(name: string, folder: string): string {
  if (name.startsWith(".") || isAbsolute(name)) return pathToFileURL(resolve(folder, name)).href;
  const require = createRequire(join(resolve(folder), "package.json"));
  try {
    return pathToFileURL(require.resolve(name)).href;
  } catch (error) {
    // `require` does not see what a package exports to `import` alone.
    const entry = (require.resolve.paths(name) ?? []).map((modules) => importEntry(join(modules, name))).find(Boolean);
    if (entry === undefined) throw error;
    return pathToFileURL(entry).href;
  }
}

/** The file behind `exports["."].import` of a package, if it has one. */
function importEntry(packageFolder: string): string | undefined {
  const file = join(packageFolder, "package.json");
  if (!existsSync(file)) return undefined;
  const { exports }: Manifest = JSON.parse(textOf(file, "package.json"));
  const entry = exports?.["."]?.import ?? exports?.import;
  const path = typeof entry === "object" ? entry.default : entry;
  return path === undefined ? undefined : join(packageFolder, path);
}

type Conditions = { readonly import?: string | { readonly default?: string } };
interface Manifest {
  readonly exports?: Conditions & { readonly ["."]?: Conditions };
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}
