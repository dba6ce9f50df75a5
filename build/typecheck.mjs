/** `npm run typecheck`: the Node side with tsc, the renderer with vue-tsc. Both run; one failing does not hide the other. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './make.mjs'

const tool = (...path) => join(root, 'node_modules', ...path)
const steps = [
  [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.'],
  [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tests/end-to-end'],
  [tool('vue-tsc', 'bin', 'vue-tsc.js'), '--noEmit', '-p', 'src-renderer']
]
const failed = steps.filter((args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status !== 0)
process.exitCode = failed.length === 0 ? 0 : 1
