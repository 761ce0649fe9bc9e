// The public surface of @tersor/data, hand-kept.

export { castTo } from "./cast.ts";
export { type ByteInput } from "./bytes.ts";
export { type DataError, type DataErrorCode } from "./errors.ts";
export { resolveHubFile, resolveHubFolder, type HubSource } from "./hub/files.ts";
export { resolveHubModel } from "./hub/model.ts";
export { isHubName, type HubRepoType } from "./hub/name.ts";
export { type HubOptions, type HubProgress } from "./hub/settings.ts";
export { images, type ImagesOptions } from "./images.ts";
export { jsonLines, type JsonLinesOptions } from "./json-lines.ts";
export { npy, npz, type NpyOptions, type NpzOptions } from "./npz.ts";
export {
  dataKindOf,
  dataKinds,
  openDataset,
  openHubDataset,
  type DataKind,
  type DataSpec,
  type OpenOptions,
} from "./open.ts";
export { imagePreprocessings, type PreprocessingName } from "./image-presets.ts";
export { resolvePreprocessing, type ImagePreprocessing, type PreprocessingInput } from "./preprocessing.ts";
export { preprocessingOfConfig } from "./preprocessor-config.ts";
export { random, type RandomOptions } from "./random.ts";
export { rawImages, type RawImagesOptions } from "./raw-images.ts";
export { type TextFormat } from "./records.ts";
export { imageSupport, type Support } from "./support.ts";
export { type HubTableOptions } from "./hub/dataset.ts";
export { type TableDatasetOptions } from "./table-kinds.ts";
export { type DelimitedOptions } from "./tables/delimited.ts";
export { type Column } from "./tables/table.ts";
export { testDataFolder, type TestDataOptions } from "./test-data.ts";
export { type EncodingOptions, type TextInput } from "./text-tasks/encoder.ts";
export { textDecoder } from "./text-decoder.ts";
export { textTasks, type TextTableOptions, type TextTask } from "./text-tasks/dataset.ts";
export { text, type TextOptions } from "./text.ts";
