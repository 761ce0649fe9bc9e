// The one test configuration: sibling packages are read from source, so tests never need a build first.
import { defineConfig } from "vitest/config";

/** Runs the tests that stand beside the code of a package. */
export function unit() {
  return defineConfig({
    ssr: { resolve: { conditions: ["@tersor/source", "node", "import", "module", "default"] } },
    test: { include: ["src/**/*.test.ts"], passWithNoTests: true, testTimeout: 30_000 },
  });
}
