/** Names a converter within a calibration: several layers may share one calibration point, and a layer has several. */
import type { ConverterCalibration } from '@shared/calibration'

export const converterKey = ({ layer, id }: Pick<ConverterCalibration, 'layer' | 'id'>): string => `${layer}\n${id}`
