/** The table of upgrade rules. */
import { axesToInput, reductionAxesToInput, splitToInput } from './axes-to-input'
import { batchNormalizationOutputs, batchNormalizationSpatial } from './batch-normalization'
import { clip, pad } from './clip-and-pad'
import { fourier } from './fourier'
import { gridSample } from './grid-sample'
import { groupNormalization } from './group-normalization'
import { resizeCoordinates, upsampleScales, upsampleToResize } from './resize'
import type { UpgradeRule } from './rule'
import { slice } from './slice'
import { dropout, roiAlign, scan, scatter, topK } from './small-changes'
import { softmax } from './softmax'
import { splitEvenly } from './split-evenly'

export const upgradeRules: readonly UpgradeRule[] = [
  batchNormalizationSpatial,
  scan,
  upsampleScales,
  slice,
  topK,
  upsampleToResize,
  clip,
  pad,
  resizeCoordinates,
  scatter,
  dropout,
  axesToInput,
  softmax,
  splitToInput,
  batchNormalizationOutputs,
  roiAlign,
  reductionAxesToInput,
  splitEvenly,
  gridSample,
  fourier,
  groupNormalization
]
