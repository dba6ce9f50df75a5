/** acim finetune */
import { fail } from '@shared/problems'
import type { FinetuneRun } from '@shared/run'
import { requireRunnable, runWarnings } from '@shared/run-problems'
import { checkTarget, exportHardware, exportNetwork } from './export-network'
import { finetuneFrom, type FinetuneOptions } from './finetune-options'
import { baseHardware, hardwareFrom } from './hardware-options'
import { checkPaths, importInputs, noteDefaults, saveSettings } from './inputs'
import type { HardwareOptions, InputOptions } from './options'
import { writeOut } from './output'
import { finetuneJson, finetuneText } from './results'
import { noteKept, storedRun } from './simulate'
import { withProject } from './workplace'

export async function finetune(options: InputOptions & HardwareOptions & FinetuneOptions & { export: string; exportHardware?: string }): Promise<number> {
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  if (sweep !== null) fail('ARGUMENT_INVALID', `--${sweep.parameter}`, 'Found a sweep; fine-tuning is for one hardware.', 'Give one value.')
  const { learntRanges } = finetuneFrom(options, null)
  if (options.exportHardware !== undefined && !learntRanges.dac && !learntRanges.adc) {
    fail('ARGUMENT_INVALID', '--export-hardware', 'No ranges are learnt, so the hardware stays as it was given.', 'Give --learn-ranges too, or leave --export-hardware out.')
  }
  requireRunnable(hardware, null)
  await checkPaths(options)
  return withProject(options, async (place) => {
    await checkTarget(place, options.export, options.model)
    const inputs = await importInputs(place, options)
    await saveSettings(place, hardware, inputs, { finetune: finetuneFrom(options, inputs.dataset.sourceSplits?.test.count ?? null) })
    noteDefaults(place, options, inputs, runWarnings(hardware, null))
    const outcome = await place.run('finetune', null)
    const run = outcome.run as FinetuneRun
    const exported = run.result === null ? null : await exportNetwork(place, run.id, options.export)
    if (options.exportHardware !== undefined && run.result !== null) await exportHardware(place, run.id, options.exportHardware)
    const history = run.result?.history ?? (outcome.partial?.kind === 'finetune' ? outcome.partial.history : [])
    await writeOut(
      options.json === true ? JSON.stringify(finetuneJson(run, history, exported, storedRun(place, run.id)), null, 2) : finetuneText(run, exported)
    )
    if (!place.interrupted()) return 0
    noteKept(place, run.id)
    return 130
  })
}
