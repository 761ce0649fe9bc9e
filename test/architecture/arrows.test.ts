// The arrows between packages: the table of the design, the manifests, the project references and the imports agree.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import {
  cycleIn,
  filesOf,
  importsOf,
  packageNameOf,
  packages,
  root,
  targetOf,
  type Import,
  type Package,
} from "./packages.ts";

/** Which packages a package may import. There are no other arrows. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  quantize: ["core"],
  data: ["core"],
  evaluate: ["core"],
  onnx: ["core"],
  testing: ["core"],
  tune: ["core"],
  tensorflow: ["core"],
  keras: ["core", "tensorflow"],
  torchscript: ["core", "onnx"],
  cli: ["core", "data", "evaluate", "keras", "onnx", "quantize", "tensorflow", "torchscript", "tune"],
};

/** Imports that may close a circle: a format that nests in itself is read by functions that call each other. */
const nesting: readonly string[] = [
  // An ONNX graph holds nodes, and the attributes of a node hold graphs.
  "packages/onnx/src/read/node.ts imports ./graph.ts",
  "packages/onnx/src/write/node.ts imports ./graph.ts",
];

const nameOf = (folder: string): string => (folder === "cli" ? "tersor" : `@tersor/${folder}`);
const siblings = packages.map(({ manifest }) => manifest.name);
const isSibling = (name: string): boolean => siblings.includes(name);
const rootDevDependencies = Object.keys(
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Package["manifest"]).devDependencies ?? {},
);

function dependenciesOf({ manifest }: Package): string[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
}

function describeImport({ file, specifier }: Import): string {
  return `${relative(root, file)} imports ${specifier}`;
}

function undeclared(files: readonly string[], allowed: readonly string[]): string[] {
  const imports = files.flatMap(importsOf);
  const isDeclared = (name: string | undefined): boolean => name === undefined || allowed.includes(name);
  return imports.filter(({ specifier }) => !isDeclared(packageNameOf(specifier))).map(describeImport);
}

it("knows every package", () => {
  expect(Object.keys(arrows).sort()).toEqual(packages.map(({ folder }) => folder));
});

describe.each(packages)("$manifest.name", (pack) => {
  const { folder, path, manifest } = pack;
  const allowed = (arrows[folder] ?? []).map(nameOf).sort();
  const sources = filesOf(path, "source");

  it("depends on the packages of the design and no others", () => {
    expect(dependenciesOf(pack).filter(isSibling).sort()).toEqual(allowed);
  });

  it("imports only what its manifest names", () => {
    expect(undeclared(sources, dependenciesOf(pack))).toEqual([]);
  });

  it("has tests that import only what is installed for it", () => {
    const own = [...dependenciesOf(pack), ...Object.keys(manifest.devDependencies ?? {}), manifest.name];
    expect(undeclared(filesOf(path, "test"), [...own, ...rootDevDependencies])).toEqual([]);
  });

  it("imports only the index of a sibling", () => {
    const deep = ({ specifier }: Import): boolean => isSibling(packageNameOf(specifier) ?? "") && !isSibling(specifier);
    const outside = (found: Import): boolean => found.specifier.startsWith(".") && !targetOf(found).startsWith(path);
    const imports = sources.flatMap(importsOf);
    expect(imports.filter((found) => deep(found) || outside(found)).map(describeImport)).toEqual([]);
  });

  it("references the projects it imports, for the type check", () => {
    const config = JSON.parse(readFileSync(join(path, "tsconfig.json"), "utf8")) as { references?: { path: string }[] };
    const referenced = (config.references ?? []).map((reference) => nameOf(reference.path.replace("../", "")));
    expect(allowed.filter((name) => !referenced.includes(name))).toEqual([]);
  });

  it("has no files that import each other in a circle", () => {
    const local = (file: string): Import[] => importsOf(file).filter(({ specifier }) => specifier.startsWith("."));
    const mayClose = (found: Import): boolean => nesting.includes(describeImport(found));
    const loaded = (file: string): string[] =>
      local(file)
        .filter((found) => !found.typeOnly && !mayClose(found))
        .map(targetOf);
    const cycle = cycleIn(new Map(sources.map((file) => [file, loaded(file)])));
    expect(cycle?.map((file) => relative(path, file))).toBeUndefined();
  });

  it("says that importing it has no side effects", () => {
    expect(manifest.sideEffects).toBe(false);
  });
});

describe("the search for circles", () => {
  it("finds one", () => {
    const edges = { a: ["b"], b: ["c"], c: ["b"], d: [] };
    expect(cycleIn(new Map(Object.entries(edges)))).toEqual(["b", "c", "b"]);
  });

  it("takes a diamond for what it is", () => {
    const edges = { a: ["b", "c"], b: ["d"], c: ["d"], d: [] };
    expect(cycleIn(new Map(Object.entries(edges)))).toBeUndefined();
  });
});
