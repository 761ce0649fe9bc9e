import { suites } from "./vitest.ts";

export default suites();
