import { library } from "../../tools/tsup.ts";

// The runtimes are optional, so they must stay imports that can fail.
const external = [/^@tensorflow\//];

// The child process of the executors is an entry of its own. It takes in the few files of the core that it needs, from
// source, where the bundler can tell them from the rest.
export default [
  library(["src/index.ts"], { external, clean: ["!host.*"] }),
  library(["src/executor/host.ts"], {
    external,
    clean: false,
    dts: false,
    noExternal: ["@tersor/core"],
    esbuildOptions: (options) => {
      options.conditions = ["@tersor/source"];
    },
  }),
];
