// All tests of the repository in one run: `npm test`. Each project keeps its own vitest.config.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { projects: ["packages/*", "examples/*", "test", "tools"], passWithNoTests: true },
});
