/** The options that several commands share, with their help. Text of values is checked in settings.ts. */
import type { Command } from 'commander'

/** All values are text, as typed; undefined where the option was not given. */
export interface InputOptions {
  model: string
  data: string
  input?: string
  output?: string
  normalize?: string
  divisor?: string
  out?: string
  workers?: string
  memory?: string
  provider?: string
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
  levels?: string
  cell?: string
  weightBits?: string
  bitsPerCell?: string
  time?: string
  compensation?: string
  rows?: string
  columns?: string
  wireResistance?: string
  adcBits?: string
  adcRange?: string
  dacBits?: string
  /** True without a number of bits. */
  bitSerial?: string | true
  keepDigital?: string
}

export const addInputOptions = (command: Command): Command =>
  command
    .requiredOption('-m, --model <file>', 'network, an ONNX file')
    .requiredOption('-d, --data <path>', 'labelled images: IDX, CIFAR binary, NPY/NPZ, or a folder of images by class')
    .option('--input <name>', 'input that takes the images, where the network has several (default: the floating-point one with the most dimensions)')
    .option('--output <name>', 'output with one score per class, where the network has several (default: the first of shape [batch, classes])')
    .option('--normalize <means/stds>', 'x = (v / divisor − mean) / std; one value, or one per channel: 0.49,0.48,0.45/0.25,0.24,0.26 (default: 0/1)')
    .option('--divisor <number>', 'what stored values are divided by first (default: 255 for bytes, 1 for floating-point data)')
    .option('--seed <integer>', 'seed of all random draws; the same seed gives the same result (default: 1)')
    .option('--workers <count>', 'worker threads; the result does not depend on it (default: one per core)')
    .option('--memory <MB>', 'limit of the engine process, kept by fewer images at a time and fewer workers (default: 60 % of the memory)')
    .option('--provider <name>', 'what computes networks: cpu, cuda, directml, coreml or webgpu; tried first, and the CPU does where it cannot be used\n(default: cpu)')
    .option('-o, --out <folder>', 'project folder, opened or made; the run is stored in <folder>/runs, and an unfinished run with the same\nconfiguration is continued (default: a temporary project)')
    .option('--json', 'one JSON document on standard output')
    .option('-q, --quiet', 'no progress and no notes')

export const addHardwareOptions = (command: Command, sweeps: boolean): Command => {
  const list = sweeps ? '; a list 0,0.05,0.1 or a range first:last:step sweeps it' : ''
  const swept = sweeps ? '; a list sweeps it' : ''
  return command
    .option('--hardware <file>', 'hardware description, JSON; options below override it')
    .option('--device <name or file>', 'a preset or kind of "acim devices", or a JSON file with a device document (default: weight-referred)')
    .option('--sigma <σ>', `uncertainty of the weight-referred device as a fraction of full scale${list} (default: 0.1)`)
    .option('--mu <μ>', `offset of the weight-referred device as a fraction of full scale${list} (default: 0)`)
    .option('--noise <kind>', 'distribution of the error of the weight-referred device: gaussian, or uniform on ±σ (default: gaussian)')
    .option('--scale <granularity>', `which weights share a digital scale: network, layer, layer-bi-scale, column, tile, tile-column${swept}\n(default: layer-bi-scale)`)
    .option('--levels <count>', `programmable conductance levels; 0 is continuous${swept} (default: 0)`)
    .option('--cell <form>', 'cells of a conductance device: one-sided or centred differential pairs, the same with -separate converters, offset, or\noffset-column (with a reference column) (default: one-sided)')
    .option('--weight-bits <bits>', `bits of stored weights, sign included; 0 is continuous${swept} (default: 0)`)
    .option('--bits-per-cell <bits>', `bits of one cell; the rest go to further slices; 0 puts all into one${swept} (default: 0)`)
    .option('--time <seconds>', `time from programming to inference, in seconds or with s, min, h, d, y, such as 1d${swept} (default: 0)`)
    .option('--compensation <kind>', 'of drift: none, global (one gain per layer) or tile (default: none)')
    .option('--rows <count>', `rows of one array; 0 is unlimited${swept} (default: 0)`)
    .option('--columns <count>', `columns of one array; 0 is unlimited${swept} (default: 0)`)
    .option('--wire-resistance <ohms>', `of row and column wires from cell to cell; needs --rows and --columns${swept} (default: 0)`)
    .option('--adc-bits <bits>', `resolution of the output converters; 0 is ideal${swept} (default: 0)`)
    .option('--adc-range <range>', 'of the output converters: max, percentile:99.9 or least-squares of calibration images (with ,tile for one per tile),\nfull-scale, or fixed:16 cell currents (default: max)')
    .option('--dac-bits <bits>', `resolution of the input converters; 0 is ideal${swept} (default: 0)`)
    .option('--bit-serial [bits]', 'inputs as pulses of so many bits (1 without a number), each read converted on its own; needs --dac-bits')
    .option('--keep-digital <layers>', 'layers without analog arrays: first, last or names of nodes, separated by commas')
}

/** Put below the help of commands with --json. */
export const jsonHelp = `
Units: accuracies in JSON are fractions from 0 to 1, and ci95 is the half-width of the 95 % confidence interval of the mean over chip
instances (null for one instance); tables show per cent. One chip instance is one draw of all programmed conductances.
Results are the same for any number of workers; only seconds and imagesPerSecond differ.
Exit codes: 0 done; 2 something is wrong with the input (one JSON line {code, message, tip, where} on standard error); 1 a fault of the
program; 130 interrupted.`
