import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@shared': resolve(import.meta.dirname, 'src-shared') } },
  test: {
    // ONNX Runtime's native library is not safe to load in several threads of vitest's own pool.
    pool: 'forks',
    include: ['src-*/**/*.test.ts', 'tests/integration/**/*.test.ts'],
    testTimeout: 60_000
  }
})
