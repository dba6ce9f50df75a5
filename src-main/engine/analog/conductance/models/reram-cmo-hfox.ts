/**
 * Conductive-metal-oxide/HfOx resistive memory. Conductances in µS.
 * Sources: D. F. Falcone et al., arXiv:2502.04524 (programming, relaxation); Lombardo et al., DRC 2024 (read noise);
 * all coefficients as in the noise model that the authors publish with aihwkit, https://github.com/IBM/aihwkit.
 */
import type { ReramCmoHfoxDevice } from '@shared/devices'
import { fillNormal } from '../../../random/streams'
import { defineDevice, rangeOfMicrosiemens } from '../conductance-device'
import { oneOverFGrowth } from '../power-law-drift'

/** σ_prog = offset + slope·G by the acceptance range in percent. */
const programmingFits = { 0.2: [0.00081107, 0.00106879], 2: [0.0112185391, 0.01129027418] } as const
/** The relaxation was fitted from here on. */
const firstSecond = 1

export const reramCmoHfox = defineDevice<ReramCmoHfoxDevice>({
  range: rangeOfMicrosiemens,
  // The characterised range: the source clips every read to it.
  limits: () => ({ minimum: 9, maximum: 88.2 }),

  programmedDeviation(out, goals, { acceptancePercent }) {
    const [offset, slope] = programmingFits[acceptancePercent]
    for (let i = 0; i < goals.length; i++) out[i] = offset + slope * goals[i]!
  },

  ages: (_device, seconds) => seconds > 0,

  /** G(t) = G − 0.08900206 ln t + (0.04201137 ln t + 0.41183342)·ε. */
  age(values, _goals, _device, seconds, stream) {
    if (seconds <= 0) return
    const logarithm = Math.log(Math.max(seconds, firstSecond))
    const shift = -0.08900206 * logarithm
    const deviation = 0.04201137 * logarithm + 0.41183342
    const epsilon = new Float32Array(values.length)
    fillNormal(epsilon, stream)
    for (let i = 0; i < values.length; i++) values[i] = values[i]! + shift + deviation * epsilon[i]!
  },

  readsWithNoise: () => true,

  /** σ_read = 0.0277316483·log₁₀ G(t)·√ln((t + t_read)/(2 t_read)). */
  readDeviation(out, values, _programmed, _goals, { readSeconds }, seconds) {
    const growth = 0.0277316483 * oneOverFGrowth(Math.max(seconds, firstSecond), readSeconds)
    for (let i = 0; i < values.length; i++) out[i] = growth * Math.max(0, Math.log10(Math.max(values[i]!, 1)))
  }
})
