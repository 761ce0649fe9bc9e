// The set-up that `npm start` and `npm test` do by themselves: check Node, install, build. Plain Node, no dependencies,
// because nothing is installed yet when it first runs. Each step is skipped when there is nothing to do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const installStamp = join(root, "node_modules", ".tersor-installed");
const buildStamp = join(root, "node_modules", ".tersor-built");

checkNode();
if (!isInstalled()) install();
if (!isBuilt()) build();

function checkNode() {
  const needed = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines.node;
  const [major, minor] = needed.replace(">=", "").split(".").map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split(".").map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  fail(
    `Tersor needs Node ${needed}, this is ${process.version} (${process.execPath}). Get it from https://nodejs.org/`,
  );
}

/** Dependencies are installed when the lock file is the one that the last installation here saw. */
function isInstalled() {
  return existsSync(installStamp) && readFileSync(installStamp, "utf8") === lockHash();
}

function install() {
  const fresh = !existsSync(join(root, "node_modules"));
  say(fresh ? "Installing dependencies (once, about half a minute) ..." : "Updating dependencies ...");
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  // `npm install` is the way out where `npm ci` finds that this registry and the lock file disagree.
  const installed = (fresh && npm(["ci", ...quiet], "ignore")) || npm(["install", ...quiet], "inherit");
  if (!installed)
    fail("The dependencies could not be installed; the lines above say why. Is the npm registry in reach?");
  writeFileSync(installStamp, lockHash());
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** Only a quick look at the times; where something is newer, nx decides by content what there is to build. */
function isBuilt() {
  const packages = packageFolders();
  if (!existsSync(buildStamp) || packages.some((folder) => !existsSync(join(folder, "dist", "index.js")))) return false;
  const built = statSync(buildStamp).mtimeMs;
  const sources = packages.flatMap((folder) => [join(folder, "src"), join(folder, "package.json")]);
  return [...sources, join(root, "tools", "tsup.ts")].every((path) => newest(path) <= built);
}

function packageFolders() {
  const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
  return folders.filter((folder) => existsSync(join(folder, "src", "index.ts")));
}

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), mtimeMs);
}

function build() {
  say("Building the packages ...");
  const nx = join(root, "node_modules", "nx");
  const bin = JSON.parse(readFileSync(join(nx, "package.json"), "utf8")).bin;
  const args = ["run-many", "-t", "build", "--projects=packages/*", "--output-style=static"];
  const started = new Date();
  if (!run(process.execPath, [join(nx, bin.nx ?? bin), ...args], "pipe"))
    fail("The build failed; its output stands above.");
  writeFileSync(buildStamp, started.toISOString());
}

function npm(args, stdio) {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) return run(process.execPath, [script, ...args], stdio);
  return run("npm", args, stdio);
}

/** Runs a program; with "pipe" its output is shown only when it fails. */
function run(program, args, stdio) {
  const env = { ...process.env, NX_DAEMON: "false", NX_TUI: "false" };
  const shell = process.platform === "win32" && program === "npm";
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env, shell, stdio, encoding: "utf8" });
  if (status !== 0 && stdio === "pipe") process.stderr.write(`${stdout}${stderr}`);
  return status === 0;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
