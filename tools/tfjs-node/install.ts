// Installs @tensorflow/tfjs-node in a folder of its own, with libtensorflow out of a Python wheel: where the package's own
// download (storage.googleapis.com) can be reached, "npm install @tensorflow/tfjs-node" alone does the same. See README.md.
//
//   npx tsx tools/tfjs-node/install.ts [--folder .cache/tfjs-node] [--tensorflow <site-packages>/tensorflow]

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const TFJS_NODE = "4.22.0";
const NODE_GYP = "10.2.0";
const TENSORFLOW = "2.15.1";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values } = parseArgs({
  options: {
    folder: { type: "string", default: join(root, ".cache", "tfjs-node") },
    tensorflow: { type: "string" },
  },
});
const folder = resolve(values.folder);
const addon = join(folder, "node_modules", "@tensorflow", "tfjs-node");

installPackages();
linkLibraries(values.tensorflow === undefined ? wheel() : resolve(values.tensorflow));
build();
tryIt();

/** The package without its install script, which would download libtensorflow. */
function installPackages(): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "tfjs-node-folder", private: true }));
  const packages = [`@tensorflow/tfjs-node@${TFJS_NODE}`, `node-gyp@${NODE_GYP}`];
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...packages], folder);
}

/** TensorFlow's files out of its wheel, which are those of libtensorflow and its headers. */
function wheel(): string {
  const unpacked = join(folder, "wheel");
  const found = join(unpacked, "tensorflow");
  if (existsSync(join(found, "libtensorflow_cc.so.2"))) return found;
  const platform = `manylinux_2_17_${process.arch === "arm64" ? "aarch64" : "x86_64"}`;
  const wanted = ["--no-deps", "--only-binary=:all:", "--python-version=3.11", `--platform=${platform}`];
  const name = process.arch === "arm64" ? "tensorflow-cpu-aws" : "tensorflow-cpu";
  run("python3", ["-m", "pip", "download", ...wanted, `--dest=${unpacked}`, `${name}==${TENSORFLOW}`], folder);
  const archive = readdirSync(unpacked).find((file) => file.endsWith(".whl"));
  if (archive === undefined) throw new Error(`pip left no wheel in ${unpacked}`);
  run("python3", ["-m", "zipfile", "-e", archive, "."], unpacked);
  rmSync(join(unpacked, archive));
  return found;
}

/** What node-pre-gyp looks for in the package's folder "deps": libraries by the names of libtensorflow, and headers. */
function linkLibraries(tensorflow: string): void {
  const deps = join(addon, "deps");
  const lib = join(deps, "lib");
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(lib, { recursive: true });
  const framework = "libtensorflow_framework.so";
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow.so", "libtensorflow.so.2"]) {
    symlinkSync(join(tensorflow, "libtensorflow_cc.so.2"), join(lib, name));
  }
  for (const name of [framework, `${framework}.2`]) symlinkSync(join(tensorflow, `${framework}.2`), join(lib, name));
  symlinkSync(join(tensorflow, "include"), join(deps, "include"));
}

/** Compiles the addon against them. Node's headers are those of this Node where it came with them. */
function build(): void {
  const node = dirname(dirname(process.execPath));
  const headers = existsSync(join(node, "include", "node", "node_api.h")) ? { npm_config_nodedir: node } : {};
  const gyp = join(folder, "node_modules", ".bin", "node-pre-gyp");
  run(gyp, ["install", "--build-from-source"], addon, {
    npm_config_nodedir: process.env["npm_config_nodedir"],
    ...headers,
  });
}

function tryIt(): void {
  const script = `
    const tf = require("@tensorflow/tfjs-node");
    console.log("tfjs-node", tf.version.tfjs, "libtensorflow", tf.backend().binding.TF_Version);
    if (tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0] !== 11) process.exit(1);`;
  run(process.execPath, ["-e", script], folder);
  console.log(`Ready. Use it with TERSOR_TFJS_NODE=${folder}`);
}

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit", env: { ...process.env, ...env } });
  if (error !== undefined || status !== 0) {
    console.error(`${command} ${args.join(" ")}\nfailed: ${error?.message ?? `exit code ${status}`}`);
    process.exit(1);
  }
}
