import { describe, expect, it } from 'vitest'
import { effectsInForce } from '@shared/effects-in-force'
import { reportHtml, reportMarkdown, trialsCsv, trialsJson, type ReportInput } from './index'
import { commandWords, shellWord } from './command-line'
import { optionsSuffice } from './hardware-flags'
import { finetuneRun, hostileName, reported, simulationRun, trialsOf } from './fixtures'
import { escapeMarkdown } from './markdown'
import { binomialHalfWidth, finetuneSentences, simulationSentences } from './sentences'

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
    const html = await reportHtml(input([{ run, trials: [], network: null, dataset: null }, { run: { ...finetuneRun(), result: null, status: 'failed' }, trials: [], network: null, dataset: null }]))
    expect(html.includes('This run is interrupted at 40\u00a0%')).toBe(true)
    expect(html.includes('no longer holds it')).toBe(true)
    expect(html.includes('has no result yet (failed)')).toBe(true)
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
    expect(JSON.parse(trialsJson(run, trialsOf(run)))).toMatchObject({ id: '0001-simulate', trials: { length: 20 } })
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
