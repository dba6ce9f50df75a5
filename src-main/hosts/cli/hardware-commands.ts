/** The commands about analog hardware, without running a network on it. Each is loaded when it is asked for. */
import type { Command } from 'commander'
import type { DescribeOptions } from './describe'
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
}
