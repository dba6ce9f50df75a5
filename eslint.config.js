/**
 * What the compiler cannot hold: the layers (hosts → services → engine → src-shared; src-renderer → src-shared), seeded
 * randomness only, no `any`, no output from inside the engine, no forgotten promise.
 */
import { importX, createNodeResolver } from 'eslint-plugin-import-x'
import vue from 'eslint-plugin-vue'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const layer = (target, from, message) => ({ target, from, message })

const layers = [
  layer(['src-shared'], ['src-main', 'src-renderer'], 'src-shared is the contract: it imports no other layer.'),
  layer(['src-main/engine'], ['src-main/services', 'src-main/hosts', 'src-renderer'], 'The engine imports only src-shared.'),
  layer(['src-main/services'], ['src-main/hosts', 'src-renderer'], 'Services import the engine and src-shared only.'),
  layer(['src-main/hosts'], ['src-renderer'], 'Hosts serve the built renderer; they do not import it.'),
  layer(['src-renderer'], ['src-main'], 'The renderer knows only src-shared: ask for it through the bridge.')
]

const ambientRandomness = {
  object: 'Math',
  property: 'random',
  message: 'Results must be repeatable: take a seeded stream as an argument (src-main/engine/random).'
}

/** Packages and built-in modules that a layer must not know, whatever the spelling. */
const banned = (names, message) => ({
  patterns: [{ group: names.flatMap((name) => [name, `${name}/*`, `node:${name}`]), message }]
})

export default defineConfig(
  { ignores: ['out/', 'dist/', 'node_modules/', 'test-results/', 'playwright-report/', 'scratch/', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.recommended,
  { files: ['src-renderer/**'], extends: [vue.configs['flat/recommended']] },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // Line breaks and attribute order are left to the author; these rules fight the 120-column style.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      // Names, descriptions and metadata come from foreign files: never as HTML.
      'vue/no-v-html': 'error'
    }
  },
  {
    files: ['**/*.ts', '**/*.vue', '**/*.js', '**/*.mjs'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.vue', '.js', '.mjs', '.json'] })]
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: layers }],
      'import-x/no-self-import': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-new-func': 'error'
    }
  },
  {
    files: ['src-main/**/*.ts', 'src-shared/**/*.ts', 'resources/**/*.ts', 'benchmarks/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ambientRandomness] }
  },
  {
    files: ['src-main/engine/**/*.ts', 'src-main/services/**/*.ts', 'src-shared/**/*.ts'],
    rules: { 'no-console': 'error' }
  },
  {
    files: ['src-main/engine/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', banned(['electron', 'vue', 'ws', 'http', 'https', 'net', 'http2'], 'The engine knows no window, no page and no network.')]
    }
  },
  {
    files: ['src-main/services/**/*.ts', 'src-main/hosts/web/**/*.ts', 'src-main/hosts/cli/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', banned(['electron', 'vue'], 'Only the Electron host may know Electron; only the renderer may know Vue.')]
    }
  },
  {
    files: ['src-renderer/**/*.{ts,vue}'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', banned(['electron', 'ws', 'fs', 'path', 'child_process', 'onnxruntime-node', 'sharp'], 'The renderer runs in a sandboxed page: no Node, no Electron.')]
    }
  },
  {
    // Rules that need types. A promise that nobody waits for loses its error.
    files: ['src-main/**/*.ts', 'src-shared/**/*.ts', 'tests/**/*.ts'],
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './tests/end-to-end/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }]
    }
  }
)
