/**
 * node build/run-ts.mjs FILE.ts [arguments]: bundles a TypeScript script of this repository and runs it. Packages stay
 * outside of the bundle; the bundle lies in out/scripts/ while the script runs.
 */
import { readdirSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { ensureBuilt, root } from './make.mjs'

/**
 * @param {string} script
 * @param {string[]} args
 */
export async function runTypeScript(script, args) {
  const name = `${basename(script, '.ts')}-${process.pid}`
  const folder = join(root, 'out', 'scripts')
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    resolve: { alias: { '@shared': join(root, 'src-shared') } },
    build: {
      ssr: resolve(script),
      outDir: folder,
      emptyOutDir: false,
      target: 'node20.19',
      sourcemap: 'inline',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: `${name}.js`, chunkFileNames: `${name}-[hash].js` } }
    }
  })
  const file = join(folder, `${name}.js`)
  process.on('exit', () => {
    for (const made of readdirSync(folder)) if (made.startsWith(name)) rmSync(join(folder, made), { force: true })
  })
  process.argv = [process.execPath, file, ...args]
  await import(pathToFileURL(file).href)
}

if (process.argv[1] === import.meta.filename) {
  const [script, ...args] = process.argv.slice(2)
  if (script === undefined) {
    console.error('Usage: node build/run-ts.mjs FILE.ts [arguments]')
    process.exit(2)
  }
  // The script may start the engine process or its workers, which are built files.
  await ensureBuilt()
  await runTypeScript(script, args)
}
