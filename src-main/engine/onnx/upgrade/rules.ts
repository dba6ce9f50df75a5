/** The table of upgrade rules. */
import { axesToInput, splitToInput } from './axes-to-input'
import { batchNormalizationOutputs, batchNormalizationSpatial } from './batch-normalization'
import { clip, pad } from './clip-and-pad'
import { resizeCoordinates, upsampleScales, upsampleToResize } from './resize'
import type { UpgradeRule } from './rule'
import { slice } from './slice'
import { dropout, roiAlign, scan, scatter, topK } from './small-changes'
import { softmax } from './softmax'

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
  roiAlign
]
