// Adds to package-lock.json the binaries of other platforms that npm left out when the lock was written.
// A registry that mirrors one platform answers 404 for the others; npm then drops them silently, `npm ci` refuses
// the lock, and `npm install` on another platform misses its binary (npm/cli#4828). Their versions are pinned by
// their parents, and npm skips them by `os`, `cpu` and `libc`, so an entry without a checksum is enough.
// Run it after a change of dependencies: `npm run lock`.
import { readFileSync, writeFileSync } from "node:fs";

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64", "wasm32"];
const exactVersion = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** The platform a package is for, read from the words of its name: `@rollup/rollup-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split("/").at(-1).split("-");
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.some((word) => word.startsWith(processor)));
  if (!os || !cpu) return undefined;
  const libc = words.some((word) => word.startsWith("musl")) ? ["musl"] : undefined;
  return { os: [os], cpu: [cpu], ...(libc && { libc }) };
}

function isLocked(packages, parent, name) {
  const own = `${parent}/node_modules/${name}`;
  return own in packages || `node_modules/${name}` in packages;
}

function missingEntries(packages) {
  const missing = {};
  for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const platform = platformOf(name);
      if (!platform || !exactVersion.test(version) || isLocked(packages, parent, name)) continue;
      const { os, cpu, libc } = platform;
      // The order in which npm writes the fields, so that its next install leaves no difference.
      missing[`node_modules/${name}`] = {
        version,
        cpu,
        ...(dev && { dev }),
        ...(libc && { libc }),
        optional: true,
        os,
      };
    }
  }
  return missing;
}

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingEntries(lock.packages);
const sorted = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, "en"));
writeFileSync(file, JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2) + "\n");
console.log(`${Object.keys(missing).length} entries added to package-lock.json`);
