// The summary of .ci/run: seconds of each stage, failed tests by name, and the counts on the last line.
// A stage that reports single tests (a vitest JSON report beside stages.tsv) counts by them, any other counts as one.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const [folder = ".cache/ci"] = process.argv.slice(2);

function stages() {
  const lines = readFileSync(join(folder, "stages.tsv"), "utf8").trim().split("\n");
  return lines.map((line) => {
    const [name, code, seconds] = line.split("\t");
    return { name, code: Number(code), seconds: Number(seconds), ...countsOf(name, Number(code)) };
  });
}

function countsOf(name, code) {
  const file = join(folder, `${name}.json`);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  if (!report) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, failures: [] };
  const failures = report.testResults.flatMap(failuresOf);
  // A run that failed without a failed test (an error outside of any test) still counts as one failure.
  const failed = code === 0 ? 0 : Math.max(failures.length, 1);
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests, failures };
}

/** The failed tests of a file; a file that could not even be loaded counts as one. */
function failuresOf({ name, status, assertionResults }) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (status === "failed" && failed.length === 0) return [file];
  return failed.map((test) => `${file} > ${test.fullName}`);
}

const results = stages();
const sum = (key) => results.reduce((total, stage) => total + stage[key], 0);

console.log("\n== summary");
for (const { name, code, seconds, passed, failed, skipped } of results) {
  const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name.padEnd(28)} ${String(seconds).padStart(5)} s   ${counts}`);
}
for (const failure of results.flatMap((stage) => stage.failures)) console.log(`failed: ${failure}`);
console.log(`${sum("seconds")} seconds in all`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 || results.some(({ code }) => code !== 0) ? 1 : 0;
