/**
 * How the program is bundled. `main` holds every Node entry: the Electron main process, the web host, the command line,
 * the engine process and its worker threads; `preload` is the one file that runs inside Electron's sandbox.
 * Nothing here needs an Electron binary: targets are stated instead of being asked of it.
 */
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const root = import.meta.dirname
const alias = { '@shared': resolve(root, 'src-shared') }

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: resolve(root, 'out/main'),
      // The web host, the command line and the engine run on plain Node as well; 20.19 is the oldest that is promised.
      target: 'node20.19',
      externalizeDeps: true,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: {
          electron: resolve(root, 'src-main/hosts/electron/main.ts'),
          web: resolve(root, 'src-main/hosts/web/main.ts'),
          cli: resolve(root, 'src-main/hosts/cli/main.ts'),
          'engine-process': resolve(root, 'src-main/engine/engine-process.ts'),
          worker: resolve(root, 'src-main/engine/workers/worker.ts')
        },
        // All in one folder, so that `import.meta.dirname` is out/main in a shared chunk too.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' }
      }
    }
  },
  preload: {
    resolve: { alias },
    build: {
      outDir: resolve(root, 'out/preload'),
      // The Node version inside Electron 45; electron-vite takes no browser target here.
      target: 'node24',
      // A sandboxed preload can require nothing but `electron`: everything else is bundled into one CommonJS file.
      externalizeDeps: false,
      minify: false,
      rolldownOptions: {
        input: { preload: resolve(root, 'src-main/hosts/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: resolve(root, 'src-renderer'),
    base: './',
    plugins: [vue()],
    resolve: { alias },
    build: {
      outDir: resolve(root, 'out/renderer'),
      target: 'es2023',
      minify: true,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: resolve(root, 'src-renderer/index.html') }
    }
  }
})
