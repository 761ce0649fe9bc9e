import { library } from "../../tools/tsup.ts";

// onnxruntime-node is optional, so it must stay an import that can fail.
const external = ["onnxruntime-node"];

// The child process of the executor is an entry of its own. It takes in the few files of the core that it needs, from
// source, where the bundler can tell them from the rest: loading the whole core would double its start-up time.
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
