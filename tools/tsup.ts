// The one build configuration of every package.
// tsup 8.5.1 injects `baseUrl`, which TypeScript 6 deprecates, so its declaration step needs ignoreDeprecations.
import { defineConfig, type Options } from "tsup";

/** Builds `entry` (relative to the package) as ESM with type declarations. */
export function library(entry: readonly string[] = ["src/index.ts"], more: Partial<Options> = {}) {
  return defineConfig({
    entry: [...entry],
    format: "esm",
    target: "node20",
    dts: {
      entry: entry.filter((file) => !file.endsWith(".worker.ts")),
      compilerOptions: { ignoreDeprecations: "6.0", composite: false, customConditions: [] },
    },
    sourcemap: true,
    clean: true,
    ...more,
  });
}
