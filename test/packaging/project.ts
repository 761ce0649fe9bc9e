// An empty project in a temporary folder, as a user has it: packed packages, an installation, programs run in it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packages, root, type Package } from "../architecture/packages.ts";

/** The tarball of each package, by its name. */
export type Tarballs = ReadonlyMap<string, string>;

/** Packs every package into `folder`. They have to be built: a tarball without code would prove nothing. */
export function packAll(folder: string): Tarballs {
  for (const { path, manifest } of packages) {
    if (!existsSync(join(path, "dist/index.js"))) throw new Error(`${manifest.name} is not built: run "npm run build"`);
  }
  const workspaces = packages.flatMap(({ folder: name }) => ["--workspace", `packages/${name}`]);
  const output = npm(root, ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...workspaces]);
  const packed = Object.values(JSON.parse(output) as Record<string, { name: string; filename: string }>);
  return new Map(packed.map(({ name, filename }) => [name, join(folder, filename)]));
}

/** A temporary folder, removed by `remove`. */
export function scratchFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "tersor-packaging-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Installs one package alone into an empty project; its sibling packages come from their tarballs, as dependencies. */
export function installAlone(
  parent: string,
  pack: Package,
  tarballs: Tarballs,
  options: readonly string[] = [],
): string {
  const { name } = pack.manifest;
  const project = join(parent, pack.folder);
  const siblings = [...tarballs]
    .filter(([sibling]) => sibling !== name)
    .map(([sibling, file]) => [sibling, `file:${file}`]);
  mkdirSync(project, { recursive: true });
  writeJson(join(project, "package.json"), {
    private: true,
    type: "module",
    dependencies: { [name]: `file:${tarballs.get(name)}` },
    overrides: Object.fromEntries(siblings) as unknown,
  });
  npm(project, ["install", ...quiet, ...options]);
  return project;
}

const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];

/** `npm install <tarballs>` in an empty folder, with no package.json and no .npmrc. */
export function installTarballs(project: string, tarballs: Tarballs, options: readonly string[] = []): void {
  mkdirSync(project, { recursive: true });
  npm(project, ["install", ...quiet, ...options, ...tarballs.values()]);
}

export function writeJson(file: string, data: unknown): void {
  writeFileSync(file, JSON.stringify(data, null, 2));
}

/** Runs npm in a folder and returns what it printed. */
export function npm(cwd: string, args: readonly string[]): string {
  const script = process.env["npm_execpath"];
  const local = script?.endsWith("npm-cli.js") ? [process.execPath, script] : ["npm"];
  return run(cwd, [...local, ...args]).stdout;
}

/** Runs a command installed in a folder, as its user would: `npx tersor …`. */
export function npx(cwd: string, args: readonly string[]): Output {
  return run(cwd, ["npx", "--no-install", ...args]);
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a folder, with the environment a shell would give it; a failure shows what was printed. */
export function run(cwd: string, [program = "", ...args]: readonly string[]): Output {
  const shell = process.platform === "win32" && program !== process.execPath;
  const options = { cwd, shell, env: userEnvironment(), encoding: "utf8", timeout: 240_000 } as const;
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  if (status === 0) return { stdout, stderr };
  throw new Error(`${program} ${args.join(" ")} ended with ${status ?? error?.message}\n${stdout}${stderr}`);
}

/** The environment without what npm adds for the scripts of this repository, its .npmrc above all. */
function userEnvironment(): NodeJS.ProcessEnv {
  const added =
    /^(npm_(package|lifecycle|command|config_(local_prefix|onnxruntime_node_install))|INIT_CWD|NODE_ENV|VITEST)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
}
