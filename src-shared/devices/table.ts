/** A device measured by the user: mean and deviation of the conductance by target and time. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry } from './entry'

export const tablePointSchema = z.strictObject({
  targetMicrosiemens: z.number().min(0).max(1e6),
  meanMicrosiemens: z.number().min(0).max(1e6),
  deviationMicrosiemens: z.number().min(0).max(1e6),
  /** Time after programming; 0 is the state that programming leaves. */
  seconds: z.number().min(0).max(1e10).default(0)
})
export type TablePoint = z.infer<typeof tablePointSchema>

export const tableSchema = z
  .strictObject({
    kind: z.literal('table'),
    name: documented(z.string().max(200).default('Measured device'), { label: 'Name', meaning: 'How the device is called in lists and reports.' }),
    points: documented(z.array(tablePointSchema).min(2).max(20_000).default([
      { targetMicrosiemens: 0, meanMicrosiemens: 0, deviationMicrosiemens: 0, seconds: 0 },
      { targetMicrosiemens: 1, meanMicrosiemens: 1, deviationMicrosiemens: 0, seconds: 0 }
    ]), {
      label: 'Measured points', unit: 'µS, s',
      meaning: 'Target, mean and standard deviation, at one or more times. Interpolated monotonically in the target and linearly in ln t between times; held before the first and after the last.'
    }),
    readDeviationFraction: documented(z.number().min(0).max(10).default(0), {
      label: 'Read noise', meaning: 'Standard deviation ρ of one read, as a fraction of the conductance at that time.', formula: 'σ_read = ρ·G(t)'
    })
  })
  .superRefine((device, context) => {
    const complain = (message: string, index: number): void =>
      context.addIssue({ code: 'custom', message, path: ['points', index] })
    const seen = new Map<number, Set<number>>()
    device.points.forEach((point, index) => {
      const targets = seen.get(point.seconds) ?? new Set<number>()
      if (targets.has(point.targetMicrosiemens)) {
        complain(`The target ${point.targetMicrosiemens} µS occurs twice at ${point.seconds} s.`, index)
      }
      seen.set(point.seconds, targets.add(point.targetMicrosiemens))
    })
    for (const [seconds, targets] of seen) {
      if (targets.size < 2) {
        complain(`Only one target was measured at ${seconds} s; at least two are needed.`, device.points.findIndex((point) => point.seconds === seconds))
      }
    }
  })
export type TableDevice = z.infer<typeof tableSchema>

export const tableEntry = defineEntry({
  kind: 'table',
  title: 'Measured table',
  summary: 'Your own measurement: mean and standard deviation of the conductance at each target, at one or more times. Import it from CSV.',
  quantity: conductance,
  citations: [{ text: 'F. N. Fritsch and R. E. Carlson, “Monotone Piecewise Cubic Interpolation”, SIAM J. Numer. Anal. 17, 238 (1980)', link: 'doi:10.1137/0717021' }],
  formulas: [
    { effect: 'programming', text: 'G = mean(G_target) + deviation(G_target)·ε, monotone cubic interpolation' },
    { effect: 'retention', text: 'mean and deviation linear in ln t between the measured times; the spread that is added later is independent of the programming error' },
    { effect: 'read', text: 'σ_read = ρ·G(t)' }
  ],
  limits: ['The range is that of the targets of the first time. Beyond the last time its state is held.'],
  schema: tableSchema,
  presets: [],
  retention: 'formula',
  readNoise: true
})
