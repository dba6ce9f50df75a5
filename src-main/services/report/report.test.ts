import { describe, expect, it } from 'vitest'
import type { StoredCalibration } from '@shared/calibration'
import { adcOf, dacOf, tiledAdcOf } from '@shared/charts/calibration-fixtures'
import { defaultDevice } from '@shared/devices'
import { effectsInForce } from '@shared/effects-in-force'
import { fidelityTrialsCsv, reportHtml, reportMarkdown, trialsCsv, trialsJson, type ReportInput } from './index'
import { commandWords, shellWord } from './command-line'
import { optionsSuffice } from './hardware-flags'
import { agedRun, fidelityRun, fidelityTuningRun, finetuneRun, hostileName, reported, simulationRun, trialsOf } from './fixtures'
import { escapeMarkdown } from './markdown'
import { binomialHalfWidth, finetuneSentences, keyFigures, simulationSentences } from './sentences'
import { describeRun } from '../run-summary'

const calibration: StoredCalibration = {
  schemaVersion: 1,
  sets: [4, 6].map((value, point) => ({ occasions: [{ kind: 'point' as const, point, value }], images: { first: 0, count: 64 }, converters: [dacOf(hostileName), adcOf(hostileName), tiledAdcOf('fc')] }))
}
const input = (runs: ReportInput['runs']): ReportInput => ({ title: hostileName, createdAt: '2026-01-03T00:00:00.000Z', appVersion: '0.1.0', runs })
const everything = input([reported(simulationRun()), reported(simulationRun([0, 0.1, 0.2], 'second')), reported(finetuneRun())])

describe('HTML report', () => {
  it('contains what is needed to check and repeat each run', async () => {
    const html = await reportHtml(everything)
    for (const expected of [
      '98.0\u00a0%', 'Programming error', 'layer-bi-scale', 'acim simulate --model', '--seed 7', 'a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64), 'ONNX Runtime 1.30.0',
      '&quot;chipInstances&quot;: 10', 'Comparison', 'Fine-tuning', '400\u202f906'
    ]) expect(html.includes(expected), expected).toBe(true)
    expect(html.match(/<svg /g)?.length).toBe(html.match(/<figure>/g)?.length)
  })

  it('has no script, no external reference and no unescaped name', async () => {
    const html = await reportHtml(everything)
    expect(/<script/i.test(html)).toBe(false)
    expect(html.includes('<b>star</b>')).toBe(false)
    expect(html.includes('&lt;b&gt;star&lt;/b&gt;')).toBe(true)
    // Namespaces are names, not references.
    const references = [...html.matchAll(/(?:src|href)\s*=\s*["']([^"']*)["']|url\(([^)]*)\)/g)].map((m) => m[1] ?? m[2] ?? '')
    expect(references.filter((r) => !r.startsWith('#'))).toEqual([])
    expect(/NaN|undefined|\[object/.exec(html)).toBeNull()
  })

  it('says so when a run is partial or an input is gone', async () => {
    const run = { ...simulationRun([0.1]), status: 'interrupted' as const, progress: 0.4 }
    const html = await reportHtml(input([{ run, trials: [], calibration: null, network: null, dataset: null }, { run: { ...finetuneRun(), result: null, status: 'failed' }, trials: [], calibration: null, network: null, dataset: null }]))
    expect(html.includes('This run is interrupted at 40\u00a0%')).toBe(true)
    expect(html.includes('no longer holds it')).toBe(true)
    expect(html.includes('has no result yet (failed)')).toBe(true)
  })
})

describe('networks without classes', () => {
  it('are reported with fidelity against the sweep, of every chip instance, and compared with each other', async () => {
    const html = await reportHtml(input([reported(fidelityRun()), reported(fidelityRun([0.05, 0.1], 'floating point')), reported(simulationRun())]))
    for (const expected of ['Fidelity of every chip instance', 'range from the worst to the best', 'Comparison of 2 simulations: fidelity', '46.0\u00a0±\u00a00.4\u00a0dB']) expect(html.includes(expected), expected).toBe(true)
    expect(html.includes('Comparison of 2 simulations: top-1')).toBe(false)
    expect(/NaN|undefined|\[object/.exec(html)).toBeNull()
  })

  it('are fine-tuned for their fidelity', async () => {
    const html = await reportHtml(input([reported(fidelityTuningRun())]))
    for (const expected of ['takes the fidelity on the simulated hardware from 20.0', 'square error of the output', 'Every chip instance before and after', '24.0\u00a0±\u00a00.4\u00a0dB']) expect(html.includes(expected), expected).toBe(true)
    expect(/NaN|undefined|\[object/.exec(html)).toBeNull()
    expect(keyFigures(fidelityTuningRun()).map(({ value }) => value)).toEqual(['20.0\u00a0±\u00a00.4\u00a0dB', '24.0\u00a0±\u00a00.4\u00a0dB'])
  })

  it('have one CSV line per chip instance, with its fidelity', () => {
    const csv = fidelityTrialsCsv(fidelityRun(), [{ point: 2, chipInstance: 4, signal: 100, noise: 0.1, seconds: 0.25 }])
    expect(csv.split('\r\n').slice(0, 2)).toEqual(['point,value,sigma,mu,chipInstance,fidelity,signal,noise,seconds', '2,0.1,0.1,0,4,30,100,0.1,0.25'])
  })
})

describe('hardware of conductances', () => {
  it('is listed setting by setting, with what is swept, single layers, digital layers, effects and switches', async () => {
    const markdown = (await reportMarkdown(input([reported(agedRun())]))).replace(/\\([\\`*_{}[\]()#+.!|<>~-])/g, '$1')
    for (const expected of [
      'PCM, Hermes core (14 nm), two devices', 'Time: Time since programming', 'swept: 0 seconds, 1 hour, 1 year', 'Bit slices: Bits per cell', '4 bit', 'Wires: Row wire, per cell', '0.5 Ω', 'Cells: Pair', 'One-sided',
      'Input converters (DAC): Inputs', 'Bit-serial', 'Output converters (ADC): Range', 'All the current of the rows', 'Digital: the first layer, fc.', 'Switched off: Read noise.', 'Drift compensation',
      'Swept; 1 year after programming: Inference 1 year after programming.', 'Layers with settings of their own', '6 bit'
    ]) expect(markdown.includes(expected), expected).toBe(true)
    expect(markdown).not.toMatch(/σ = |undefined|NaN|\[object/)
  })

  it('is spoken of by its name and its time', () => {
    const text = simulationSentences(agedRun()).join(' ')
    expect(text).toContain('On PCM, Hermes core (14 nm), two devices, 1 year after programming, accuracy is 87.5')
    expect(text).toContain('between 87.5\u00a0% (1 year after programming) and 97.5\u00a0% (directly after programming)')
    expect(text).toContain('Already 1 hour after programming it loses more than one percentage point.')
    expect(keyFigures(agedRun()).map(({ label }) => label)).toContain('On hardware, 1 year after programming')
    expect(describeRun(agedRun())).toBe('Time since programming 0 seconds, 1 hour, 1 year · PCM, Hermes core (14 nm), two devices · layer-bi-scale · 10 chip instances × 300 images')
  })

  it('comes with a warning where the device is silent', async () => {
    const run = agedRun()
    const silent = { ...run, config: { ...run.config, hardware: { ...run.config.hardware, device: { ...defaultDevice('pcm-joshi') } } } }
    expect(await reportMarkdown(input([reported(silent)]))).toContain('has no retention model')
  })
})

describe('converters', () => {
  it('are listed with range and use, at the last points, with the others named', async () => {
    const run = { ...simulationRun([0, 0.1]), config: { ...agedRun().config, settings: { ...simulationRun([0, 0.1]).config.settings, sweep: { parameter: 'adc-bits' as const, values: [4, 6] } } } }
    const text = (await reportMarkdown(input([{ ...reported(run), calibration }]))).replace(/\\([\\`*_{}[\]()#+.!|<>~-])/g, '$1')
    expect(text).toContain('Converters (ADC bits 6)')
    expect(text).toContain('1 more calibration (ADC bits 4)')
    expect(text).toContain('| fc | ADC, slice 1, positive cells | 3 | −2 | 1.5 | percentile 99.9\u00a0%, each of 2 tiles')
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('are no section where a run has none', async () => {
    expect(await reportMarkdown(everything)).not.toContain('## Converters')
  })
})

describe('Markdown report', () => {
  it('has the tables, figures as data and no raw HTML', async () => {
    const markdown = await reportMarkdown(everything)
    expect(markdown.includes('| ---: |')).toBe(true)
    expect(markdown.includes('](data:image/svg+xml;base64,')).toBe(true)
    // In fenced code a tag is text.
    expect(/(?<!\\)<[a-z/]/i.test(markdown.replace(/```[\s\S]*?```/g, ''))).toBe(false)
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
    for (const row of rows) expect(row.endsWith('|')).toBe(true)
  })

  it('escapes marks and leaves numbers alone', () => {
    expect(escapeMarkdown('a|b <i> [x](y)\n# z')).toBe('a\\|b \\<i\\> \\[x\\](y) \\# z')
    expect(escapeMarkdown('0.1')).toBe('0.1')
    expect(escapeMarkdown('1. one')).toBe('1\\. one')
  })
})

describe('sentences', () => {
  it('state the loss, the interval and what fine-tuning gives back', () => {
    const text = simulationSentences(simulationRun()).join(' ')
    expect(text).toContain('recognises 98.0\u00a0% of 300 test images')
    expect(text).toMatch(/σ = 0\.2 of full scale, accuracy is 73\.3\s±\s0\.6\s% \(mean and 95 % confidence interval over 10 chip instances\): a loss of 24\.7/)
    expect(text).toMatch(/Already at σ = 0\.\d+ it loses more than one percentage point\./)
    expect(finetuneSentences(finetuneRun()).join(' ')).toContain('Of the 14.0 percentage points that the hardware costs, 12.0 percentage points (86\u00a0%) are recovered.')
  })

  it('gives the binomial interval of the textbook', () => {
    expect(binomialHalfWidth(0.5, 9604)).toBeCloseTo(0.01, 10)
  })
})

describe('trials', () => {
  it('has one CSV line per chip instance and point', () => {
    const run = simulationRun([0, 0.1])
    const lines = trialsCsv(run, trialsOf(run)).trimEnd().split('\r\n')
    expect(lines[0]).toBe('point,value,sigma,mu,chipInstance,top1,top5,loss,seconds')
    expect(lines).toHaveLength(21)
    expect(JSON.parse(trialsJson(run, trialsOf(run), null))).toMatchObject({ id: '0001-simulate', calibration: null, trials: { length: 20 } })
    expect(JSON.parse(trialsJson(run, trialsOf(run), calibration))).toMatchObject({ calibration: calibration.sets })
  })
})

describe('effects', () => {
  it('are those of the sweep, not those of the hardware between its points', () => {
    const run = simulationRun([0, 0.2])
    expect(effectsInForce(run, run.result?.points ?? [])).toMatchObject([{ switch: 'programmingError', description: expect.stringMatching(/^Swept; at σ = 0\.2: .*0\.2·ε/) as string }])
    const still = simulationRun([0])
    expect(effectsInForce(still, still.result?.points ?? [])).toEqual([])
  })
})

describe('command', () => {
  it('quotes for a shell', () => {
    expect(shellWord('a b')).toBe("'a b'")
    expect(shellWord("it's")).toBe("'it'\\''s'")
    expect(shellWord('0,0.05')).toBe('0,0.05')
  })

  it('uses a hardware file exactly when options cannot say it', () => {
    const run = simulationRun()
    const paths = { model: 'm.onnx', data: 'd', hardware: 'hardware.json' }
    expect(optionsSuffice(run.config.hardware)).toBe(true)
    expect(commandWords(run, paths)).not.toContain('--hardware')
    const digitalBias = { ...run.config.hardware, representation: { ...run.config.hardware.representation, bias: 'digital' as const } }
    expect(commandWords({ ...run, config: { ...run.config, hardware: digitalBias } }, paths)).toContain('--hardware')
  })
})
