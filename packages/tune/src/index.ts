// The public surface of @tersor/tune, hand-kept.

export { bestOf, compareTrials, dropOf, meets, objectiveLoss } from "./goal.ts";
export {
  memoryStore,
  openJournal,
  type Beginning,
  type Identity,
  type Journal,
  type JournalStore,
  type TrialRecord,
} from "./journal.ts";
export { paretoFront } from "./pareto-front.ts";
export { type TrialJob, type TrialWork } from "./run-batch.ts";
export { networkErrors, outputErrors, type ErrorTools } from "./sensitivity.ts";
export { configKey, configOf, defaultSettings } from "./space.ts";
export { staged, type Results, type Stages } from "./staged.ts";
export { standardStrategies } from "./strategies/index.ts";
export { tune, type Budget, type TuneOptions, type TuningResult } from "./tune.ts";
