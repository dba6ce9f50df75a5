/** A study made by formula, for tests of charts, reports and the command line. */
import type { ScaleGranularity } from '../hardware'
import type { StudyFindings } from '../study'
import { statisticsAround } from './fixtures'

/** Accuracy 1 − slope·σ, never below 0.1; a tuned network has half of the slope, one scale per network twice that of others. */
export function studyOf(names: readonly string[] = ['Original', '<b>HA-SGD</b>'], scales: readonly ScaleGranularity[] = ['network', 'column'], sigmas: readonly number[] = [0, 0.1, 0.2]): StudyFindings {
  const mean = (network: number, scale: ScaleGranularity, sigma: number): number => Math.max(0.1, 1 - ((scale === 'network' ? 8 : 4) * sigma) / (network + 1))
  return {
    networks: names.map((name, index) => ({ name, file: `${index}.onnx`, sha256: String(index).repeat(64), digital: { top1: 1, top5: 1, images: 300 } })),
    points: scales.flatMap((scale) => names.flatMap((_, network) => sigmas.map((value) => {
      const count = value === 0 ? 1 : 4
      const top1 = statisticsAround(mean(network, scale, value), value === 0 ? 0 : 0.04, count)
      const gain = mean(network, scale, value) - mean(0, scale, value)
      return {
        network, scale, value, drawn: value > 0, chipInstances: count, top1, top5: statisticsAround(1, 0, count), loss: statisticsAround(0.5, 0.1, count),
        gain: network === 0 ? null : { mean: gain, std: 0.01, ci95: count === 1 ? null : 0.01 }
      }
    })))
  }
}
