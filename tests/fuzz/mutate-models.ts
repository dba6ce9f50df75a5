/** node build/run-ts.mjs tests/fuzz/mutate-models.ts [--count 5000] [--seed 1] [--first 0] [--processes 2] [--keep FOLDER] */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz'
import { seeds } from './seeds'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' }, first: { type: 'string', default: '0' },
    processes: { type: 'string', default: '2' }, keep: { type: 'string' }
  }
})
const summary = await fuzz({
  engineFile: resolve('out/main/engine-process.js'), seeds: seeds(resolve('../shared/models')), seed: Number(values.seed), first: Number(values.first), count: Number(values.count),
  processes: Number(values.processes), keep: values.keep, onFault: (fault) => console.error(fault)
})
console.log(JSON.stringify(summary, null, 2))
process.exitCode = summary.faults.length > 0 ? 1 : 0
