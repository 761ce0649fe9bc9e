// What the architecture suites look at: the packages, their manifests, their files and what each file imports.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly sideEffects?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
}

export interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Only types are taken, so nothing is loaded at run time. */
  readonly typeOnly: boolean;
}

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The packages that are published, in the order of their names. */
export const packages: readonly Package[] = folders("packages").map(packageAt);

function folders(parent: string): string[] {
  return ts.sys.getDirectories(join(root, parent)).sort();
}

function packageAt(folder: string): Package {
  const path = join(root, "packages", folder);
  return { folder, path, manifest: JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Manifest };
}

/** Tests, their fixtures, and the folders of what only tests use. */
const ofTests = /\.(test|test-d|fixture)\.ts$|\/(test-support|cases)\//;

/** The code of a package: what is built, or its tests with their fixtures. */
export function filesOf(path: string, kind: "source" | "test"): string[] {
  const files = ts.sys.readDirectory(join(path, "src"), [".ts", ".js"]);
  return files.filter((file) => ofTests.test(file) === (kind === "test"));
}

/** Every static import, re-export and dynamic `import("…")` of a file. */
export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push({ file, specifier, typeOnly: isTypeOnly(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : undefined;
  return named && ts.isStringLiteral(named) ? named.text : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isExportDeclaration(node)) {
    const names = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    return node.isTypeOnly || (names.length > 0 && names.every((name) => name.isTypeOnly));
  }
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  const { phaseModifier, name, namedBindings } = node.importClause;
  if (phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  if (name || !namedBindings || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every((element) => element.isTypeOnly);
}

/** The package a specifier names: `@tersor/core` of `@tersor/core/x`; undefined for relative and Node's own modules. */
export function packageNameOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The file a relative specifier names. */
export function targetOf({ file, specifier }: Import): string {
  return resolve(dirname(file), specifier);
}

/** Finds one cycle in a graph of files, as the list of files along it. */
export function cycleIn(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (done.has(file)) return undefined;
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    path.push(file);
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
}
