/** `npm run bench`: builds if needed and runs the benchmarks. */
import { join } from 'node:path'
import { ensureBuilt, root } from './make.mjs'
import { runTypeScript } from './run-ts.mjs'

await ensureBuilt()
await runTypeScript(join(root, 'benchmarks', 'main.ts'), process.argv.slice(2))
