/** Charts and tables of results, for the interface and for reports. See README.md for what a renderer must register. */
export { accuracyAgainstSweep, type AccuracyAgainstSweepOptions, type AccuracySeries } from './accuracy-against-sweep'
export {
  attributionContributions, effectContributionNames, effectContributions, layerContributionNames, layerContributions, type Contribution
} from './attribution-contributions'
export { attributionHeight, pointsInterval } from './attribution-rows'
export { attributionEffectsTable, attributionLayersTable, attributionStepsTable, attributionTrialsTable, signalToNoiseTable } from './attribution-tables'
export { attributionWaterfall } from './attribution-waterfall'
export { calibrationTable, converterHistogramTable } from './calibration-tables'
export {
  choiceName, clippedShares, converterName, effectiveBits, fewestStepsUsed, hasFixedRange, largestSeen, occasionName, occasionsName, stepsUsed, tileName
} from './calibration-words'
export { classAccuracies, classAccuracy, classAccuracyHeight, type ClassAccuracySeries } from './class-accuracy'
export { confusionMatrix, rowFractions } from './confusion-matrix'
export { converterHistogram, converterSentences, shownPart } from './converter-histogram'
export { costRows, curvatureBars, curvatureNumber, eigenvalueRows, networkNames, sharpnessRows, type CurvatureRow } from './curvature-bars'
export { curvatureLayersTable, curvatureStepsTable, curvatureTotalsTable, eigenvaluesTable, landscapeTable } from './curvature-tables'
export { distributionOverInstances, type DistributionGroup, type DistributionOptions } from './distribution-over-instances'
export { fidelityAgainstSweep, evaluationGroups, fidelityGroups, fidelityTable, fidelityTrialsTable, fidelityWords, type FidelitySeries } from './fidelity'
export { accuracyRange, compactNumber, duration, escapeHtml, fixedNumber, groupedInteger, percent, percentDigits, percentInterval, typographicMinus, type AxisRange } from './format'
export { chartDescription, type ChartOptions } from './frame'
export { chartPalettes, seriesColour, type ChartPalette } from './palette'
export { layerSignalToNoise, signalWords } from './layer-signal-to-noise'
export type { Spread } from './measure-against-sweep'
export { accuracyMeasure, fidelityMeasure, type QualityMeasure } from './quality-measure'
export { isPlane, landscapeLine, landscapePlane } from './loss-landscape'
export { studyChart, studyHeight, type StudyChartOptions } from './study-chart'
export { studiedNetworksTable, studyGainGrid, studyGrid, studyTable, studyTrialsTable } from './study-tables'
export { evenInterval, pointLabel, pointName, pointPlace, sweepLabel, sweepPhrase, sweepSymbol, sweepValueLabel } from './sweep-axis'
export {
  accuracyTable, classAccuracyTable, confusionTable, distributionTable, formatCell, isNumeric, learntRangesTable, toCsv, trainingTable, trialsTable,
  type Cell, type Column, type Table
} from './tables'
export { trainingCurves } from './training-curves'
export { lossName, validationWords } from './validation-values'
