/**
 * `npm run dev`: for working on the program. With Electron: its window on a development server that reloads. Without: the
 * web host over a renderer that is rebuilt at each change (reload the page); restart it after a change in src-main.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { electronBinary, hasDisplay } from './electron-binary.mjs'
import { ensureBuilt, forgetBuild, root, runBuilt } from './make.mjs'

if (electronBinary() !== null && hasDisplay()) {
  forgetBuild()
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const child = spawn(process.execPath, [tool, 'dev', '--watch', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  await ensureBuilt({ announce: true })
  // From here on the renderer is one for development.
  forgetBuild()
  const { build } = await import('vite')
  const { loadConfigFromFile } = await import('electron-vite')
  const { renderer } = (await loadConfigFromFile({ command: 'build', mode: 'development' }, undefined, root)).config
  const watcher = await build({ ...renderer, configFile: false, logLevel: 'warn', build: { ...renderer.build, minify: false, emptyOutDir: false, watch: {} } })
  await runBuilt('web', process.argv.slice(2))
  // Serving has ended.
  await watcher.close()
}
