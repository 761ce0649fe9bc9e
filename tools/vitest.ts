// The test configurations. Sibling packages are read from source, so unit tests never need a build first.
import { defineConfig } from "vitest/config";

const conditions = ["@tersor/source", "node", "import", "module", "default"];

/** Runs the tests that stand beside the code of a package. */
export function unit() {
  return defineConfig({
    ssr: { resolve: { conditions } },
    test: { include: ["src/**/*.test.ts"], passWithNoTests: true, testTimeout: 30_000 },
  });
}

/** Runs the suites in test/, which span packages; those that pack and install need the time. */
export function suites() {
  return defineConfig({
    ssr: { resolve: { conditions } },
    test: { include: ["**/*.test.ts"], passWithNoTests: true, testTimeout: 180_000, hookTimeout: 300_000 },
  });
}
