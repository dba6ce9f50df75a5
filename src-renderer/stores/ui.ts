/** What the window looks like: theme, bottom panel, palette, toasts. Remembered by the browser, not by the project. */
import { computed, ref, watch } from 'vue'
import { defineStore } from 'pinia'
import { applyTheme, readStored, store, systemIsDark, type ThemeChoice } from '../composables/theme'

export interface Toast {
  id: number
  text: string
  tone: 'info' | 'good'
  action?: { label: string; run: () => void }
}

const toastMilliseconds = 6000

export const useUiStore = defineStore('ui', () => {
  const theme = ref<ThemeChoice>(readStored('theme', ['system', 'light', 'dark'], 'system'))
  const dark = systemIsDark()
  const resolvedTheme = computed<'light' | 'dark'>(() => (theme.value === 'system' ? (dark.value ? 'dark' : 'light') : theme.value))
  watch(theme, (choice) => {
    store('theme', choice)
    applyTheme(choice)
  })

  const bottomPanel = ref<'closed' | 'jobs' | 'problems'>(readStored('bottomPanel', ['closed', 'jobs', 'problems'], 'closed'))
  watch(bottomPanel, (panel) => store('bottomPanel', panel))
  /** What the Simulate screen asks for. */
  const simulateMode = ref<'accuracy' | 'attribution' | 'curvature' | 'study'>(readStored('simulateMode', ['accuracy', 'attribution', 'curvature', 'study'], 'accuracy'))
  watch(simulateMode, (mode) => store('simulateMode', mode))
  const paletteOpen = ref(false)
  const shortcutsOpen = ref(false)
  const aboutOpen = ref(false)
  const computationOpen = ref(false)
  const newProjectOpen = ref(false)
  /** Dotted path of the setting that a problem asked to be shown. */
  const highlightedField = ref<string | null>(null)

  const toasts = ref<Toast[]>([])
  let nextToast = 1
  function toast(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
    const id = nextToast++
    toasts.value.push({ id, text, tone: options.tone ?? 'info', ...(options.action === undefined ? {} : { action: options.action }) })
    setTimeout(() => dismissToast(id), toastMilliseconds)
  }
  function dismissToast(id: number): void {
    toasts.value = toasts.value.filter((candidate) => candidate.id !== id)
  }
  /** Opens the bottom panel at `panel`, or closes it if it shows that already. */
  function togglePanel(panel: 'jobs' | 'problems'): void {
    bottomPanel.value = bottomPanel.value === panel ? 'closed' : panel
  }

  return { theme, resolvedTheme, bottomPanel, simulateMode, paletteOpen, shortcutsOpen, aboutOpen, computationOpen, newProjectOpen, highlightedField, toasts, toast, dismissToast, togglePanel }
})
