// The public surface of @tersor/testing, hand-kept.

export { adapterChecks, type AdapterExample } from "./adapter.ts";
export { calibratorChecks } from "./calibrator.ts";
export { type Check } from "./check.ts";
export { datasetChecks, type DatasetExample } from "./dataset.ts";
export { metricChecks, type MetricExample } from "./metric.ts";
export { operatorChecks, type OperatorExample } from "./operator.ts";
export { pluginChecks, type PluginExamples } from "./plugin.ts";
