/** The options that several commands share, with their help. Text of values is checked in settings.ts. */
import type { Command } from 'commander'

/** All values are text, as typed; undefined where the option was not given. */
export interface InputOptions {
  model: string
  data: string
  normalize?: string
  divisor?: string
  out?: string
  workers?: string
  seed?: string
  json?: boolean
  quiet?: boolean
}

export interface HardwareOptions {
  hardware?: string
  device?: string
  sigma?: string
  mu?: string
  noise?: string
  scale?: string
  rows?: string
  columns?: string
  adcBits?: string
  dacBits?: string
}

export const addInputOptions = (command: Command): Command =>
  command
    .requiredOption('-m, --model <file>', 'network, an ONNX file')
    .requiredOption('-d, --data <path>', 'labelled images: IDX, CIFAR binary, NPY/NPZ, or a folder of images by class')
    .option('--normalize <means/stds>', 'x = (v / divisor − mean) / std; one value, or one per channel: 0.49,0.48,0.45/0.25,0.24,0.26 (default: 0/1)')
    .option('--divisor <number>', 'what stored values are divided by first (default: 255 for bytes, 1 for floating-point data)')
    .option('--seed <integer>', 'seed of all random draws; the same seed gives the same result (default: 1)')
    .option('--workers <count>', 'worker threads; the result does not depend on it (default: one per core)')
    .option('-o, --out <folder>', 'project folder, opened or made; the run is stored in <folder>/runs, and an unfinished run with the same\nconfiguration is continued (default: a temporary project)')
    .option('--json', 'one JSON document on standard output')
    .option('-q, --quiet', 'no progress')

export const addHardwareOptions = (command: Command, sweeps: boolean): Command => {
  const list = sweeps ? '; a list 0,0.05,0.1 or a range first:last:step sweeps it' : ''
  return command
    .option('--hardware <file>', 'hardware description, JSON; options below override it')
    .option('--device <kind>', 'device model: weight-referred (default: weight-referred)')
    .option('--sigma <σ>', `device uncertainty as a fraction of full scale${list} (default: 0.1)`)
    .option('--mu <μ>', `device offset as a fraction of full scale${list} (default: 0)`)
    .option('--noise <kind>', 'distribution of the device error: gaussian, or uniform on ±σ (default: gaussian)')
    .option('--scale <granularity>', `which weights share a digital scale: network, layer, layer-bi-scale, column, tile, tile-column${sweeps ? '; a list sweeps it' : ''}\n(default: layer-bi-scale)`)
    .option('--rows <count>', `rows of one array; 0 is unlimited${sweeps ? '; a list sweeps it' : ''} (default: 0)`)
    .option('--columns <count>', 'columns of one array; 0 is unlimited (default: 0)')
    .option('--adc-bits <bits>', `resolution of the output converters; 0 is ideal${sweeps ? '; a list sweeps it' : ''} (default: 0)`)
    .option('--dac-bits <bits>', `resolution of the input converters; 0 is ideal${sweeps ? '; a list sweeps it' : ''} (default: 0)`)
}

/** Put below the help of commands with --json. */
export const jsonHelp = `
Units: accuracies in JSON are fractions from 0 to 1, and ci95 is the half-width of the 95 % confidence interval of the mean over chip
instances (null for one instance); tables show per cent. One chip instance is one draw of all programmed conductances.
Results are the same for any number of workers; only seconds and imagesPerSecond differ.
Exit codes: 0 done; 2 something is wrong with the input (one JSON line {code, message, tip, where} on standard error); 1 a fault of the
program; 130 interrupted.`
