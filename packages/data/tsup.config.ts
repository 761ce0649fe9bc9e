import { library } from "../../tools/tsup.ts";

// sharp is optional: tsup leaves out what package.json calls a dependency, but would bundle this one.
export default library(undefined, { external: ["sharp"] });
