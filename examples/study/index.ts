/** What all experiments share, in reading order. */
export { type Sample, sampleOf, signFlipTest, withinTwoErrors } from "./statistics.ts";
export { markdownTable, meanText, type Table, textTable } from "./table.ts";
export { namesOf } from "./names.ts";
export { type Definition, helpOf, parseStudy, type StudyOptions } from "./options.ts";
export { type Runs, runStudy, Study, type StudyRun } from "./study.ts";
export {
  jsonText,
  pageFile,
  type RecordedRun,
  type Results,
  readResults,
  resultsOf,
  sha256,
  writeResults,
  writeText,
} from "./results.ts";
