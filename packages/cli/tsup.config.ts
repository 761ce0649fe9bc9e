import { library } from "../../tools/tsup.ts";

// The command is an entry of its own that loads what each command needs when it needs it.
export default library(["src/index.ts", "src/bin.ts", "src/instance.ts", "src/trial.ts"], { external: ["@tersor/*"] });
