import { mkdirSync, writeFileSync } from "node:fs";
import { isTersorError } from "@tersor/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratch } from "../test-support/run.ts";
import { loadPlugins, projectPlugins, recipePlugins } from "./plugins.ts";

const place = scratch();
afterAll(place.remove);

const code = (name: string) => `export const plugin = { name: "${name}" };\n`;
const install = (name: string, manifest: object) => {
  mkdirSync(place.in(`node_modules/${name}`), { recursive: true });
  writeFileSync(place.in(`node_modules/${name}/package.json`), JSON.stringify({ name, type: "module", ...manifest }));
  writeFileSync(place.in(`node_modules/${name}/entry.js`), code(name));
};

beforeAll(() => {
  install("plain-plugin", { main: "entry.js" });
  install("modern-plugin", { exports: { ".": { import: { types: "./entry.d.ts", default: "./entry.js" } } } });
  install("short-plugin", { exports: { import: "./entry.js" } });
  writeFileSync(place.in("package.json"), JSON.stringify({ tersor: { plugins: ["plain-plugin", 3] } }));
  mkdirSync(place.in("deep/inside"), { recursive: true });
});

test.each(["plain-plugin", "modern-plugin", "short-plugin"])("%s is found from the project's folder", async (name) => {
  expect(await loadPlugins([name, name], place.path)).toMatchObject([{ name }]);
});

test("the nearest package.json allows plugins to recipes", async () => {
  expect(projectPlugins(place.in("deep/inside"))).toEqual(["plain-plugin"]);
  expect(await recipePlugins(["plain-plugin"], [], "The recipe", place.path)).toMatchObject([{ name: "plain-plugin" }]);
});

test("what --plugin allowed is loaded already; what nobody allowed is refused", async () => {
  expect(await recipePlugins(["modern-plugin"], ["modern-plugin"], "The recipe", place.path)).toEqual([]);
  const work = recipePlugins(["modern-plugin"], [], "The recipe", place.path);
  await expect(work).rejects.toSatisfy((error) => isTersorError(error, "TERSOR_PLUGIN_NOT_ALLOWED"));
});

test("a package.json that is none", () => {
  mkdirSync(place.in("broken"));
  writeFileSync(place.in("broken/package.json"), "{");
  expect(() => projectPlugins(place.in("broken"))).toThrow(
    expect.toSatisfy((error: unknown) => isTersorError(error, "TERSOR_PLUGIN_INVALID")),
  );
});
