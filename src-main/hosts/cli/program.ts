/** The commands of `acim`, their options and help. */
import { Command, CommanderError } from 'commander'
import { fail } from '@shared/problems'
import { addHardwareCommands } from './hardware-commands'
import type { CostOptions } from './cost'
import { addHardwareOptions, addInputOptions, jsonHelp, type HardwareOptions, type InputOptions } from './options'
import type { AttributionOptions } from './attribute'
import type { CurvatureOptions } from './curvature'
import type { DemoOptions } from './demo'
import type { ReportOptions } from './report'
import type { ServeOptions } from './serve'
import { addFinetuneOptions, type FinetuneOptions } from './finetune-options'
import type { SimulationOptions } from './settings'
import type { StudyOptions } from './study'

/** Sets the exit code of the command that ran. Commands are loaded when they are asked for: `acim --help` starts at once. */
export function createProgram(version: string, exitWith: (code: number) => void): Command {
  const program = new Command('acim')
    .description('Simulates neural networks on analog compute-in-memory hardware and recovers their accuracy.')
    .version(version, '-V, --version', 'version of the program')
    .helpCommand(false)
    .showSuggestionAfterError()

  program
    .command('inspect')
    .description('Reports what an ONNX network is made of, and what of it runs on analog arrays.')
    .argument('<model>', 'ONNX file')
    .option('--input <name>', 'input that takes the images, where the network has several')
    .option('--output <name>', 'output with one score per class, where the network has several')
    .option('--json', 'one JSON document on standard output')
    .action(async (model: string, options: { json?: boolean; input?: string; output?: string }) => (await import('./inspect')).inspect(model, options))

  addHardwareCommands(program, exitWith)

  addHardwareOptions(program.command('cost').description('Estimates energy, time and area of one inference to first order, and what each scale granularity adds.'), false)
    .requiredOption('-m, --model <file>', 'network, an ONNX file')
    .option('--figures <file>', 'component figures that differ from the published ones, JSON:\n{"figures": {"readVoltage": {"value": 0.2, "source": "…"}}}')
    .option('--compare <file>', 'another network on the same hardware, such as the fine-tuned one')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', `
Figures without a confirmed source have no value: what needs them is left out and named, and the estimate is then a lower bound (≥).
In JSON energies are in joules, times in seconds, areas in square metres.

Example: acim cost --model net.onnx --device hermes-2 --rows 256 --columns 256 --dac-bits 8 --bit-serial --adc-bits 8 --figures figures.json`)
    .action(async (options: CostOptions) => (await import('./cost')).cost(options))

  addHardwareOptions(addInputOptions(program.command('simulate').description('Simulates a network on analog hardware by Monte Carlo.')), true)
    .option('--instances <count>', 'chip instances per point (default: 10)')
    .option('--images <count>', 'images per chip instance: the last ones of the test part, unless --first-image is given (default: 2000, or as many as there are)')
    .option('--first-image <index>', 'position of the first image in the whole data set, from 0')
    .option('--batch <count>', 'images per run of the network (default: 0, automatic)')
    .addHelpText('after', `${jsonHelp}

Example: acim simulate --model net.onnx --data mnist --sigma 0:0.2:0.05 --scale layer-bi-scale --instances 20 --seed 1`)
    .action(async (options: InputOptions & HardwareOptions & SimulationOptions) => exitWith(await (await import('./simulate')).simulate(options)))

  addHardwareOptions(addInputOptions(program.command('attribute').description('Says which effect and which layer costs how much accuracy, and how far each layer’s output is from the digital one.')), false)
    .option('--instances <count>', 'chip instances per point (default: 10)')
    .option('--images <count>', 'images per chip instance: the last ones of the test part, unless --first-image is given (default: 1000, or as many as there are)')
    .option('--first-image <index>', 'position of the first image in the whole data set, from 0')
    .option('--batch <count>', 'images per run of the network (default: 0, automatic)')
    .option('--layers <which>', 'layers one by one: alone (on analog hardware, all others digital), digital (all others on analog hardware), both, none (default: alone)')
    .option('--signal-images <count>', 'images on which layer outputs are compared with the digital network’s; 0 leaves signal-to-noise ratios out (default: 100)')
    .option('--no-own-signal', 'signal-to-noise ratios with accumulated errors only, without what each layer adds by itself')
    .addHelpText('after', `${jsonHelp}
Differences (lossAlone, gainWithout, …) are taken chip by chip; positive ones cost accuracy. Ratios in snr are decibels; a ratio that is no
number has decibels null and an outcome: exact (no difference at all), silent (no signal), overflow.

Example: acim attribute --model net.onnx --data mnist --sigma 0.1 --dac-bits 6 --adc-bits 6 --rows 128 --json`)
    .action(async (options: InputOptions & HardwareOptions & AttributionOptions) => exitWith(await (await import('./attribute')).attribute(options)))

  addHardwareOptions(addInputOptions(program.command('curvature').description('Measures how sharply the loss bends around the weights, and in which layers it bends where the device errs.')), false)
    .option('--after <path>', 'network to compare with: an ONNX file, or the folder of a finished fine-tuning run (DIR/runs/0001-finetune)')
    .option('--images <count>', 'images of the loss: the last ones of the test part, unless --first-image is given (default: 500, or as many as there are)')
    .option('--first-image <index>', 'position of the first image in the whole data set, from 0')
    .option('--probes <count>', 'random vectors of the trace estimates, at least 2 (default: 20)')
    .option('--eigenvalues <count>', 'leading eigenvalues of the Hessian; 0 leaves them out (default: 3)')
    .option('--iterations <count>', 'iterations for one eigenvalue at most (default: 30)')
    .option('--instances <count>', 'chip instances whose errors are drawn to measure what they cost; 0 leaves it out (default: 20)')
    .option('--landscape <kind>', 'none, or line or plane, with points of an axis (odd) and extent in filter norms: plane:15:1 (default: line:21:0.5)')
    .option('--batch <count>', 'images of one gradient (default: 0, automatic)')
    .addHelpText('after', `${jsonHelp}
Losses, costs and tr(HΣ) are in nats. Σ are variances of the errors with which the device stores weights; a layer's weighted.mean is its tr(HΣ),
half of which its errors cost to second order.

Example: acim curvature --model net.onnx --data mnist --sigma 0.1 --scale layer-bi-scale --after tuned.onnx --json`)
    .action(async (options: InputOptions & HardwareOptions & CurvatureOptions) => exitWith(await (await import('./curvature')).curvature(options)))

  addHardwareOptions(addInputOptions(program.command('study').description('Compares networks in several number representations over a sweep, on the same chip instances.')), true)
    .option('--tuned <name=path>', 'network to compare with the original: an ONNX file of the same layers, or the folder of a finished fine-tuning run\n(DIR/runs/0001-finetune); may be given several times', (path: string, before: string[] | undefined) => [...(before ?? []), path])
    .option('--scales <list>', 'representations: which weights share a digital scale, some of network, layer, layer-bi-scale, column, tile, tile-column\n(default: network,layer-bi-scale,column)')
    .option('--instances <count>', 'chip instances per point; where nothing is drawn one is computed (default: 20)')
    .option('--images <count>', 'images per chip instance: the last ones of the test part, unless --first-image is given (default: 2000, or as many as there are)')
    .option('--first-image <index>', 'position of the first image in the whole data set, from 0')
    .option('--batch <count>', 'images per run of a network (default: 0, automatic)')
    .addHelpText('after', `${jsonHelp}
Without a list the weight-referred device is swept over σ = 0:0.2:0.02, and any other device is taken as described; one value of --sigma is one
point. --scale is replaced by --scales. All networks are put on the same chip instances: gain is the difference from the original, chip by chip.

Example: acim study --model net.onnx --tuned HA-SGD=tuned.onnx --data mnist --scales network,layer-bi-scale,column --sigma 0:0.2:0.02 --instances 20`)
    .action(async (options: InputOptions & HardwareOptions & StudyOptions) => exitWith(await (await import('./study')).study(options)))

  addFinetuneOptions(
    addHardwareOptions(addInputOptions(program.command('finetune').description('Fine-tunes a network for analog hardware by Hessian-Aware SGD, or by a baseline.')), false)
      .requiredOption('-e, --export <file>', 'where the fine-tuned network is written, ONNX')
      .option('--export-hardware <file>', 'where the hardware with the learnt ranges is written, JSON; needs --learn-ranges')
  )
    .addHelpText('after', jsonHelp)
    .action(async (options: InputOptions & HardwareOptions & FinetuneOptions & { export: string }) => exitWith(await (await import('./finetune')).finetune(options)))

  program
    .command('report')
    .description('Writes a report over stored runs.')
    .argument('<run...>', 'run folders (DIR/runs/0001-simulate) or project folders (all of their runs)')
    .option('-f, --format <format>', 'html or md (default: by the name of the file, else html)')
    .requiredOption('-o, --out <file>', 'file to write; replaced if it exists')
    .option('--title <text>', 'title of the report')
    .action(async (runs: string[], options: ReportOptions) => (await import('./report')).report(runs, options))

  program
    .command('demo')
    .description('Does the whole job on the bundled sample: simulation, fine-tuning, comparison, report.')
    .option('-o, --out <folder>', 'where report.html, report.md, finetuned.onnx and the project go (default: acim-demo)')
    .option('--workers <count>', 'worker threads (default: one per core)')
    .option('-q, --quiet', 'no progress')
    .action(async (options: DemoOptions) => exitWith(await (await import('./demo')).demo(options)))

  program
    .command('serve')
    .description('Serves the interface on this machine (loopback) and prints its address.')
    .option('-p, --port <number>', 'port; 0 takes any free one')
    .option('--project <folder>', 'project to open, or to make')
    .option('--workers <count>', 'worker threads (default: one per core)')
    .option('--memory <MB>', 'limit of the engine process (default: as chosen in the interface)')
    .option('--provider <name>', 'what computes networks: cpu, cuda, directml, coreml or webgpu (default: as chosen in the interface)')
    .option('--open', 'opens a browser')
    .action(async (options: ServeOptions) => (await import('./serve')).serve(options))

  for (const command of [program, ...program.commands]) {
    // Errors are raised as problems; help and version are the only things that commander writes.
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} })
  }
  return program
}

/** Codes that commander raises after it has written help or the version. */
const satisfied = ['commander.helpDisplayed', 'commander.version', 'commander.help']

/** Parses and runs. Raises ARGUMENT_INVALID for what commander rejects. */
export async function runProgram(program: Command, args: readonly string[]): Promise<void> {
  if (args.length === 0) {
    program.outputHelp()
    return
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (satisfied.includes(thrown.code)) return
    const message = thrown.message.replace(/^error: /, '').replace(/\n/g, ' ')
    fail('ARGUMENT_INVALID', 'command line', `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.?)]$/.test(message) ? '' : '.'}`, 'See acim --help, or --help after the command.')
  }
}
