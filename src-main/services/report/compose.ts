/** Puts the sections of a report together. */
import { computationInWords } from '@shared/computation'
import type { AttributionRun, CurvatureRun, FinetuneRun, RunRecord, SimulationRun, StudyRun } from '@shared/run'
import { attributionBlocks, attributionFigures, attributionParagraph } from './attribution-section'
import { calibrationBlocks, hasCalibration } from './calibration-section'
import { commandLine } from './command-line'
import { curvatureBlocks, curvatureFigures, curvatureParagraph } from './curvature-section'
import type { Block, KeyFigure, ReportDocument } from './document'
import { optionsSuffice } from './hardware-flags'
import { datasetBlocks, hardwareBlocks, networkBlocks } from './inputs-section'
import type { ReportedRun, ReportInput } from './report-input'
import { comparisonBlocks, finetuneBlocks, simulationBlocks } from './results-section'
import { finetuneSentences, keyFigures, simulationSentences } from './sentences'
import { studyBlocks, studyFigures, studyParagraph } from './study-section'

/** The first of each group that has the same key. */
function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  const seen = new Map<string, T>()
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item)
  return [...seen.values()]
}

const heading = (text: string): Block => ({ kind: 'heading', level: 2, text })

function findings(run: RunRecord): { figures: KeyFigure[]; sentences: string } {
  switch (run.kind) {
    case 'simulate':
      return { figures: keyFigures(run), sentences: simulationSentences(run).join(' ') }
    case 'finetune':
      return { figures: keyFigures(run), sentences: finetuneSentences(run).join(' ') }
    case 'attribute':
      return { figures: attributionFigures(run), sentences: attributionParagraph(run) }
    case 'curvature':
      return { figures: curvatureFigures(run), sentences: curvatureParagraph(run) }
    case 'study':
      return { figures: studyFigures(run), sentences: studyParagraph(run) }
  }
}

function summary(runs: readonly ReportedRun[]): Block[] {
  return [
    heading('Summary'),
    ...runs.flatMap(({ run }): Block[] => {
      const { figures, sentences } = findings(run)
      return [
        ...(runs.length > 1 ? [{ kind: 'heading' as const, level: 3 as const, text: run.name }] : []),
        ...(figures.length === 0 ? [] : [{ kind: 'figures-of-merit' as const, figures }]),
        { kind: 'paragraph', text: sentences }
      ]
    })
  ]
}

function reproduction({ run, network, dataset }: ReportedRun): Block[] {
  const { provenance } = run
  const paths = {
    model: network?.name ?? provenance.network.name, data: dataset?.name ?? provenance.dataset.name, hardware: 'hardware.json'
  }
  const needsFile = !optionsSuffice(run.config.hardware)
  return [
    { kind: 'heading', level: 3, text: `${run.name} (${run.id})` },
    {
      kind: 'facts',
      facts: [
        ['Created', run.createdAt], ['Finished', run.finishedAt ?? `not finished (${run.status})`], ['Seed', String(run.config.settings.seed)],
        ['Network', `${provenance.network.name}, SHA-256 ${provenance.network.sha256}`], ['Data', `${provenance.dataset.name}, SHA-256 ${provenance.dataset.sha256}`],
        ['Program', `Analog CIM Studio ${provenance.appVersion}, ONNX Runtime ${provenance.onnxRuntimeVersion}, Node ${provenance.nodeVersion}`],
        ['Machine', `${provenance.platform}, ${provenance.processor}`],
        ...(run.computation === undefined ? [] : [['Computed with', computationInWords(run.computation)] as [string, string]])
      ]
    },
    {
      kind: 'code',
      caption: `Command that runs it again${needsFile ? '; hardware.json is the object "hardware" below' : ''}. The result does not depend on the number of worker threads.`,
      text: commandLine(run, paths)
    },
    { kind: 'code', caption: 'Complete resolved configuration.', text: JSON.stringify({ kind: run.kind, preprocessing: provenance.dataset.preprocessing, ...run.config }, null, 2) }
  ]
}

export function composeReport(input: ReportInput): ReportDocument {
  const { runs } = input
  const simulations = runs.map((r) => r.run).filter((run): run is SimulationRun => run.kind === 'simulate')
  const finetunings = runs.map((r) => r.run).filter((run): run is FinetuneRun => run.kind === 'finetune')
  const attributions = runs.map((r) => r.run).filter((run): run is AttributionRun => run.kind === 'attribute')
  const curvatures = runs.map((r) => r.run).filter((run): run is CurvatureRun => run.kind === 'curvature')
  const studies = runs.map((r) => r.run).filter((run): run is StudyRun => run.kind === 'study')
  const networks = distinct(runs.flatMap((r) => (r.network === null ? [] : [r.network])), (n) => n.sha256)
  const datasets = distinct(runs.flatMap((r) => (r.dataset === null ? [] : [r.dataset])), (d) => d.sha256)
  const withHardware = distinct(runs, ({ run }) => JSON.stringify([run.config.hardware, run.kind === 'simulate' || run.kind === 'study' ? run.config.settings.sweep : null, run.kind === 'study' ? run.config.settings.scales : null]))
  const comparison = comparisonBlocks(simulations)
  const missing: Block[] = [{ kind: 'note', text: 'The project no longer holds it; its name and hash are under "To run again".' }]
  return {
    title: input.title,
    subtitle: `${input.createdAt.slice(0, 10)} · Analog CIM Studio ${input.appVersion} · ${runs.length === 1 ? 'one run' : `${runs.length} runs`}`,
    blocks: [
      ...summary(runs),
      ...(comparison.length === 0 ? [] : [heading('Comparison'), ...comparison]),
      heading('Network'), ...(networks.length === 0 ? missing : networks.flatMap(networkBlocks)),
      heading('Data'),
      ...(datasets.length === 0
        ? missing
        : datasets.flatMap((d) =>
            datasetBlocks(d, distinct(runs.flatMap(({ run }) => (run.provenance.dataset.sha256 === d.sha256 ? [run.provenance.dataset.preprocessing] : [])), (p) => JSON.stringify(p)))
          )),
      heading('Hardware'), ...withHardware.flatMap(({ run }) => hardwareBlocks(run)),
      ...(simulations.length === 0 ? [] : [heading('Simulation'), ...simulations.flatMap(simulationBlocks)]),
      ...(finetunings.length === 0 ? [] : [heading('Fine-tuning'), ...finetunings.flatMap(finetuneBlocks)]),
      ...(attributions.length === 0 ? [] : [heading('Attribution'), ...attributions.flatMap(attributionBlocks)]),
      ...(curvatures.length === 0 ? [] : [heading('Curvature'), ...curvatures.flatMap(curvatureBlocks)]),
      ...(studies.length === 0 ? [] : [heading('Resilience study'), ...studies.flatMap(studyBlocks)]),
      ...(runs.some(hasCalibration) ? [heading('Converters'), ...runs.flatMap(calibrationBlocks)] : []),
      heading('To run again'), ...runs.flatMap(reproduction)
    ]
  }
}
