// Kills a search at random moments (SIGKILL, 50 times by default) and looks at what it left: the best model on disk loads
// and runs, the journal has lost nothing that was in it, and at most the trials that were running are missing.
//
//   npx tsx --conditions=@tersor/source tools/tune-kill.ts [--kills 50] [--seed 1] [--concurrency 1] [--json]

import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { batchesOf, seededRandom } from "@tersor/core";
import { npz } from "@tersor/data";
import { createExecutor } from "@tersor/onnx";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

const fixtures = fileURLToPath(new URL("../packages/cli/fixtures/", import.meta.url));
const bin = fileURLToPath(new URL("../packages/cli/src/bin.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tersor-kill-"));
for (const name of ["blobs.onnx", "calibration.npz", "evaluation.npz"])
  copyFileSync(join(fixtures, name), join(folder, name));
const output = join(folder, "best.onnx");
const journal = `${output}.tuning.jsonl`;
const executor = createExecutor();
const random = seededRandom(Number(values.seed));

interface Seen {
  readonly started: number;
  readonly ended: number;
  /** What is in the journal, without a line that was cut off. */
  readonly text: string;
}

function start() {
  const files = ["blobs.onnx", "--data", "evaluation.npz", "--calibration", "calibration.npz"];
  const search = ["--strategy", "exhaustive", "--trials", "8", "--max-drop", "0.02", "--objective", "size"];
  const more = ["--output", output, "--concurrency", values.concurrency, "--quiet"];
  const paths = files.map((name) => (name.startsWith("--") ? name : join(folder, name)));
  const loader = ["--conditions=@tersor/source", "--import", import.meta.resolve("tsx")];
  return spawn(process.execPath, [...loader, bin, "tune", ...paths, ...search, ...more], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function look(): Seen {
  const whole = existsSync(journal) ? readFileSync(journal, "utf8") : "";
  const text = whole.slice(0, whole.lastIndexOf("\n") + 1);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return { text, started: count(/^\{"kind":"started"/gm), ended: count(/^\{"kind":"(finished|failed)"/gm) };
}

/** Why the output is not a model that runs; undefined when it is, or is not there yet. */
async function outputFault({ ended }: Seen): Promise<string | undefined> {
  if (!existsSync(output))
    return ended > Number(values.concurrency) ? "there is no model though trials have ended" : undefined;
  try {
    const model = await executor.compile({ file: output });
    for await (const feeds of batchesOf(npz(join(folder, "calibration.npz")), { batchSize: 1, samples: 2 }))
      await model.run(feeds);
    await model.dispose();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Lets a search run, resumed or new, and ends it after a random time; gives what is wrong with what it left. */
async function killOnce(longestMs: number): Promise<readonly string[]> {
  const before = look();
  const child = start();
  const done = new Promise<number | null>((resolve) => child.on("close", resolve));
  const code = await Promise.race([done, wait(random() * longestMs, "kill" as const)]);
  child.kill("SIGKILL");
  await done;
  const after = look();
  const faults = [
    after.text.startsWith(before.text) ? undefined : "the journal has lost lines",
    after.started - after.ended > Number(values.concurrency) ? "more trials are missing than were running" : undefined,
    await outputFault(after),
    code === "kill" || code === 0 || code === 3 ? undefined : `the search ended with exit code ${code}`,
  ];
  if (code !== "kill") {
    rmSync(journal, { force: true });
    rmSync(output, { force: true });
  }
  return faults.filter((fault) => fault !== undefined);
}

const began = Date.now();
const whole = start();
await new Promise((resolve) => whole.on("close", resolve));
const longestMs = Date.now() - began;
const trials = look().ended;
for (const file of [journal, output]) rmSync(file, { force: true });

const kills = Number(values.kills);
const faults = trials > 0 ? [] : ["the search that nobody killed made no trial"];
for (let kill = 0; kill < kills; kill++)
  for (const fault of await killOnce(longestMs / 2)) faults.push(`kill ${kill}: ${fault}`);
await executor.dispose();
rmSync(folder, { recursive: true, force: true });

const row = { name: "tune-kill", kills, trials, secondsOfOneSearch: longestMs / 1000, faults, ok: faults.length === 0 };
process.stdout.write(
  `${values.json ? JSON.stringify(row) : `${kills} kills, ${faults.length} faults\n${faults.join("\n")}`}\n`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
