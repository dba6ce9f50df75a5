/** Reports over runs, as self-contained HTML or Markdown, and raw trials as CSV or JSON. */
import { composeReport } from './compose'
import { renderHtml } from './html'
import { renderMarkdown } from './markdown'
import type { ReportInput } from './report-input'

export { runFoldersOf } from './run-folders'
export type { ReportedRun, ReportInput } from './report-input'
export { attributionTrialsCsv, attributionTrialsJson, curvatureStepsCsv, curvatureStepsJson, fidelityTrialsCsv, studyTrialsCsv, studyTrialsJson, trialsCsv, trialsJson } from './trials'

/** One HTML file with all figures inline, without scripts or references to anything outside of it. */
export const reportHtml = (input: ReportInput): Promise<string> => renderHtml(composeReport(input))

/** The same content as Markdown. */
export const reportMarkdown = (input: ReportInput): Promise<string> => renderMarkdown(composeReport(input))
