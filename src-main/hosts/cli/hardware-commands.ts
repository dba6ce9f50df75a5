/** The commands about analog hardware, without running a network on it. Each is loaded when it is asked for. */
import type { Command } from 'commander'
import type { DescribeOptions } from './describe'
import type { MvmOptions } from './mvm'
import { addHardwareOptions } from './options'

export function addHardwareCommands(program: Command, exitWith: (code: number) => void): void {
  program
    .command('devices')
    .description('Lists the memory devices and their presets, or prints one in full: values, formulas, limits, sources.')
    .argument('[name]', 'a preset or kind, as for --device')
    .option('--json', 'one JSON document on standard output')
    .action(async (name: string | undefined, options: { json?: boolean }) => (await import('./devices')).devices(name, options))

  addHardwareOptions(program.command('describe').description('Says in plain words what of a hardware description is active, what differs from the default, and what does not fit together.'), false)
    .option('-m, --model <file>', 'network, an ONNX file; adds what each of its layers takes')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', `
The exit code is 0, or 2 when a run would be refused with this hardware; the reason is then on standard error as well.

Example: acim describe --device hermes-2 --time 1d --compensation global --rows 256 --columns 256 --adc-bits 8`)
    .action(async (options: DescribeOptions) => exitWith(await (await import('./describe')).describe(options)))

  addHardwareOptions(program.command('mvm').description('Runs one matrix through one analog layer and compares the result with the digital product.'), false)
    .requiredOption('-w, --weights <file>', 'matrix W, NPY [outputs, inputs] as in ONNX Gemm and PyTorch')
    .option('--transpose', 'the file of weights holds [inputs, outputs]')
    .requiredOption('-x, --inputs <file>', 'vectors x, NPY [vectors, inputs]')
    .option('--calibrate <file>', 'vectors that set calibrated converter ranges, NPY [vectors, inputs] (default: the inputs)')
    .option('--layer <name>', 'what the description has for the layer of this name holds')
    .option('--chip-instance <K>', 'number of the chip instance, one draw of all programmed conductances (default: 0)')
    .option('--instances <count>', 'chip instances from K on, with statistics over them (default: 1)')
    .option('--seed <integer>', 'seed of all random draws; the same seed gives the same result (default: 1)')
    .option('-o, --out <file>', 'where y = Wx goes, NPY float32 [vectors, outputs], of several chip instances [instances, vectors, outputs]; replaced if it exists')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', `
Errors are deviations from the product that ONNX Runtime computes in single precision: relativeRms is √(Σ(y − ŷ)²/Σŷ²), maximum is in the
unit of y. Of several chip instances systematicRms is the error that all share, randomRms the one that differs between them.
Converter ranges are in the unit of what the converter reads: the DAC's in that of x, the ADC's in that of a partial sum of y, without the
scale of the column where each column has its own, and without any scale for reference columns.

Example: acim mvm --hardware H.json --weights W.npy --inputs X.npy --out Y.npy --json`)
    .action(async (options: MvmOptions) => (await import('./mvm')).mvm(options))
}
